#include "hooks/HookEvent.h"

#include "base/EnumSize.h"
#include "base/Overloaded.h"
#include "base/RandomId.h"
#include "base/TextHash.h"

#include <fmt/format.h>

#include <cstddef>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace hookcast::hooks {

namespace {

template <HookAction Action, typename Kind>
constexpr bool kIsAt =
    std::is_same_v<std::variant_alternative_t<static_cast<std::size_t>(Action), HookEvent::What>, Kind>;

static_assert(std::variant_size_v<HookEvent::What> == base::enumSize<HookAction>());
static_assert(kIsAt<HookAction::Connect, HookEvent::Connect> && kIsAt<HookAction::Close, HookEvent::Close> &&
              kIsAt<HookAction::Publish, HookEvent::Publish> && kIsAt<HookAction::Unpublish, HookEvent::Unpublish> &&
              kIsAt<HookAction::Play, HookEvent::Play> && kIsAt<HookAction::Stop, HookEvent::Stop> &&
              kIsAt<HookAction::Dvr, HookEvent::Dvr> && kIsAt<HookAction::Update, HookEvent::Update> &&
              kIsAt<HookAction::Hls, HookEvent::Hls>);

[[noreturn]] void fail(const char* what, HookAction action) {
    throw std::logic_error(fmt::format("{} {}", nameOf(action), what));
}

} // namespace

std::size_t ClientPlace::hash() const {
    return base::hashOf({vhost, app, stream, tcUrl, pageUrl, swfUrl, node, namedVhost});
}

std::size_t NamedStream::hash() const {
    return base::hashOf({name, param, url, id, asked});
}

std::string_view nameOf(HookAction action) {
    switch (action) {
    case HookAction::Connect: return "on_connect";
    case HookAction::Close: return "on_close";
    case HookAction::Publish: return "on_publish";
    case HookAction::Unpublish: return "on_unpublish";
    case HookAction::Play: return "on_play";
    case HookAction::Stop: return "on_stop";
    case HookAction::Dvr: return "on_dvr";
    case HookAction::Update: return "on_update";
    case HookAction::Hls: return "on_hls";
    }
    return "unknown";
}

namespace {

enum class Role : std::uint8_t { Opens, Closes, Tells };

Role roleOf(HookAction action) {
    switch (action) {
    case HookAction::Connect:
    case HookAction::Publish:
    case HookAction::Play: return Role::Opens;
    case HookAction::Close:
    case HookAction::Unpublish:
    case HookAction::Stop: return Role::Closes;
    case HookAction::Dvr:
    case HookAction::Update:
    case HookAction::Hls: return Role::Tells;
    }
    return Role::Tells;
}

} // namespace

bool isOpening(HookAction action) {
    return roleOf(action) == Role::Opens;
}

bool isClosing(HookAction action) {
    return roleOf(action) == Role::Closes;
}

const NamedStreamPtr& HookEvent::sharedStream() const {
    return std::visit(
        [this](const auto& kind) -> const NamedStreamPtr& {
            if constexpr (requires { kind.stream; })
                return kind.stream;
            else
                fail("is about no stream", action());
        },
        what);
}

std::string subjectOf(const HookEvent& event) {
    const ClientInfo& client = *event.client;
    const bool isConnection = event.action() == HookAction::Connect || event.action() == HookAction::Close;
    const std::string place = client.place->vhost + "/" + client.place->app;
    const std::string& stream = isConnection ? client.place->stream : event.stream().name;
    return stream.empty() ? place : place + "/" + stream;
}

std::string newEventId() {
    constexpr std::size_t kCharacters = 13; // 67 bits, and two characters for its end
    return base::randomId(kCharacters);
}

HookEvent renamed(HookEvent opening, std::string name, std::string streamId) {
    const HookAction action = opening.action();
    if (action != HookAction::Publish && action != HookAction::Play)
        fail("names no stream that could be renamed", action);
    NamedStream stream = opening.stream();
    if (stream.name != name) stream.asked = std::exchange(stream.name, std::move(name));
    stream.id = std::move(streamId);
    auto shared = std::make_shared<const NamedStream>(std::move(stream));
    if (auto* publish = std::get_if<HookEvent::Publish>(&opening.what))
        publish->stream = std::move(shared);
    else
        std::get<HookEvent::Play>(opening.what).stream = std::move(shared);
    return opening;
}

HookEvent endOf(HookEvent opening, Closing closing) {
    HookEvent end{std::move(opening.client), {}, opening.id + "-e"};
    const auto shared = std::make_shared<const Closing>(std::move(closing));
    std::visit(base::Overloaded{
                   [&](HookEvent::Connect&) { end.what = HookEvent::Close{shared}; },
                   [&](HookEvent::Publish& publish) {
                       end.what = HookEvent::Unpublish{std::move(publish.stream), shared};
                   },
                   [&](HookEvent::Play& play) {
                       end.what = HookEvent::Stop{std::move(play.stream), shared};
                   },
                   [](HookEvent::Close&) { fail("began nothing that could end", HookAction::Close); },
                   [](HookEvent::Unpublish&) { fail("began nothing that could end", HookAction::Unpublish); },
                   [](HookEvent::Stop&) { fail("began nothing that could end", HookAction::Stop); },
                   [](HookEvent::Dvr&) { fail("began nothing that could end", HookAction::Dvr); },
                   [](HookEvent::Update&) { fail("began nothing that could end", HookAction::Update); },
                   [](HookEvent::Hls&) { fail("began nothing that could end", HookAction::Hls); },
               },
               opening.what);
    return end;
}

HookEvent updateOf(const HookEvent& opening, const Progress& progress) {
    const HookAction action = opening.action();
    if (action != HookAction::Publish && action != HookAction::Play) fail("has no progress", action);
    return {opening.client,
            HookEvent::Update{opening.sharedStream(), std::make_shared<const Progress>(progress),
                              action == HookAction::Publish},
            newEventId()};
}

HookEvent recordingOf(const HookEvent& publish, DvrFile recording) {
    return {publish.client,
            HookEvent::Dvr{publish.sharedStream(), std::make_shared<const DvrFile>(std::move(recording))},
            newEventId()};
}

HookEvent segmentOf(const HookEvent& publish, HlsSegment segment) {
    return {publish.client,
            HookEvent::Hls{publish.sharedStream(), std::make_shared<const HlsSegment>(std::move(segment))},
            newEventId()};
}

} // namespace hookcast::hooks
