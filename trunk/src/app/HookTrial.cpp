#include "app/HookTrial.h"

#include "base/Log.h"
#include "base/Secrets.h"
#include "hub/StreamName.h"
#include "net/EndReasons.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

namespace hookcast::app {

namespace {

using config::Protocol;
using hooks::HookAction;
using hooks::HookEvent;
using Urls = std::vector<std::string>;

/// What the trial can make, and what begins it.
struct Story {
    HookAction action;
    HookAction opening;
};

constexpr std::array kStories = {
    Story{HookAction::Connect, HookAction::Connect},   Story{HookAction::Publish, HookAction::Publish},
    Story{HookAction::Play, HookAction::Play},         Story{HookAction::Close, HookAction::Connect},
    Story{HookAction::Unpublish, HookAction::Publish}, Story{HookAction::Stop, HookAction::Play},
    Story{HookAction::Update, HookAction::Publish},    Story{HookAction::Dvr, HookAction::Publish},
    Story{HookAction::Hls, HookAction::Publish},
};

HookAction openingOf(HookAction action) {
    return std::ranges::find(kStories, action, &Story::action)->opening;
}

// Figures of an end that has not been.
constexpr std::uint64_t kSomeBytes = 1'000'000;
constexpr std::int64_t kSomeMs = 10'000;

/// The URLs of `action` in a block; null: the block has none for it.
Urls* urlsOf(config::HooksConfig& hooks, HookAction action) {
    switch (action) {
    case HookAction::Connect: return &hooks.onConnect;
    case HookAction::Close: return &hooks.onClose;
    case HookAction::Publish: return &hooks.onPublish;
    case HookAction::Unpublish: return &hooks.onUnpublish;
    case HookAction::Play: return &hooks.onPlay;
    case HookAction::Stop: return &hooks.onStop;
    case HookAction::Dvr: return &hooks.onDvr;
    case HookAction::Update: return &hooks.onUpdate;
    case HookAction::Hls: return &hooks.onHls;
    }
    return nullptr;
}

Urls* urlsOf(config::NotifyConfig& notify, HookAction action) {
    switch (action) {
    case HookAction::Connect: return &notify.onConnect;
    case HookAction::Publish: return &notify.onPublish;
    case HookAction::Play: return &notify.onPlay;
    case HookAction::Unpublish:
    case HookAction::Stop: return &notify.onDone;
    case HookAction::Update: return &notify.onUpdate;
    case HookAction::Close:
    case HookAction::Dvr:
    case HookAction::Hls: break;
    }
    return nullptr;
}

template <typename Block>
bool names(Block& block, HookAction action, const std::string& url) {
    const Urls* urls = urlsOf(block, action);
    return block.enabled && urls != nullptr && std::ranges::find(*urls, url) != urls->end();
}

template <typename Block>
void keepOnly(Block& block, HookAction action, const std::string& url) {
    for (const Story& story : kStories)
        if (Urls* urls = urlsOf(block, story.action)) urls->clear();
    if (Urls* urls = urlsOf(block, action)) *urls = {url};
}

/// A vhost that knows `url` alone, in the block that has it for `action`; in the first that could, where none has.
config::VhostConfig knowingOnly(config::VhostConfig vhost, HookAction action, Protocol protocol,
                                const std::string& url) {
    std::vector<config::NotifyConfig> notifies = std::exchange(vhost.notifies, {});
    std::erase_if(notifies, [protocol, action](config::NotifyConfig& notify) {
        return !notify.enabled || !notify.isFor(protocol) || urlsOf(notify, action) == nullptr;
    });
    const auto found =
        std::ranges::find_if(notifies, [&](config::NotifyConfig& notify) { return names(notify, action, url); });
    const bool isNotify = found != notifies.end() && !names(vhost.hooks, action, url);
    if (isNotify || (!vhost.hooks.enabled && !notifies.empty())) {
        vhost.hooks.enabled = false;
        vhost.notifies = {isNotify ? *found : notifies.front()};
        keepOnly(vhost.notifies.front(), action, url);
        return vhost;
    }
    vhost.hooks.enabled = true;
    keepOnly(vhost.hooks, action, url);
    return vhost;
}

/// As a client of the protocol writes where it connects to, and which stream it wants.
void placeClient(hooks::ClientInfo& client, hooks::ClientPlace place, hooks::NamedStream& stream, HookAction opening) {
    const std::string host = place.vhost == config::kDefaultVhost ? "127.0.0.1" : place.vhost;
    const config::ProtocolTraits& traits = config::traitsOf(client.protocol());
    const std::string_view scheme = traits.ending.empty() ? traits.name : "http";
    place.tcUrl = fmt::format("{}://{}/{}", scheme, host, place.app);
    const std::string path = fmt::format("{}/{}", place.app, stream.name);
    if (client.protocol() == Protocol::Rtmp) {
        stream.url = hub::urlOfStream(place.tcUrl, {stream.name, place.app, stream.name, stream.param, {}});
    } else {
        place.stream = stream.name;
        client.param = stream.param;
        if (client.protocol() == Protocol::Srt)
            client.url = fmt::format("srt://{}?streamid=#!::h={},r={}{},m={}", host, host, path, stream.param,
                                     opening == HookAction::Publish ? "publish" : "request");
        else
            client.url = fmt::format("{}://{}/{}{}{}", scheme, host, path, traits.ending, stream.param);
    }
    client.place = std::make_shared<const hooks::ClientPlace>(std::move(place));
}

/// A recording, or a segment of HLS, that nobody has made.
HookEvent madeOf(const HookEvent& opening, HookAction action) {
    std::error_code unknown;
    const std::string cwd = std::filesystem::current_path(unknown).string();
    const std::string name = fmt::format("{}/{}", opening.client->place->app, opening.stream().name);
    if (action == HookAction::Dvr) return recordingOf(opening, {cwd, fmt::format("./objs/recordings/{}.mp4", name)});
    const std::string url = name + "-0.ts";
    const std::string m3u8Url = name + ".m3u8";
    return segmentOf(opening,
                     {kSomeMs, cwd, "./objs/nginx/html/" + url, url, "./objs/nginx/html/" + m3u8Url, m3u8Url, 0});
}

} // namespace

std::string trialActionNames() {
    std::string all;
    for (const Story& story : kStories) all.append(all.empty() ? "" : ", ").append(nameOf(story.action));
    return all;
}

base::Result<HookAction> trialActionNamed(std::string_view name) {
    for (const Story& story : kStories)
        if (nameOf(story.action) == name) return story.action;
    return base::Error{
        fmt::format("there is no event {}; those that can be tried are {}{}", base::printable(name), trialActionNames(),
                    name == "on_done" ? "; form notify's on_done is told of on_unpublish and on_stop" : "")};
}

base::Result<HookEvent> HookTrial::opening(const config::VhostConfig& vhost) const {
    const HookAction begins = openingOf(action);
    if (begins == HookAction::Publish && !config::traitsOf(protocol).ending.empty())
        return base::Error{protocol == Protocol::Hls ? "nobody publishes over HLS" : "nobody publishes over HTTP-FLV"};
    const std::size_t query = std::min(stream.find('?'), stream.size());
    const base::Result<hooks::StreamPath> path = hooks::readStreamPath(stream.substr(0, query));
    if (!path) return base::Error{fmt::format("the stream has no name: {}", path.error().message)};
    if (path.value().app.empty() || path.value().stream.empty())
        return base::Error{fmt::format("a stream is APP/STREAM or APP/STREAM?QUERY, not {}",
                                       base::printable(base::maskSecretWords(stream)))};
    auto client = std::make_shared<hooks::ClientInfo>();
    constexpr std::uint64_t kNumber = 1;
    client->who = std::make_shared<const hooks::ClientIdentity>(
        hooks::ClientIdentity{{config::logNameOf(protocol, kNumber), kNumber, ip, clientId}, protocol});
    hooks::ClientPlace place;
    place.vhost = vhost.name;
    place.app = path.value().app;
    hooks::NamedStream named{path.value().stream, stream.substr(query), {}, {}};
    placeClient(*client, std::move(place), named, begins);
    if (begins == HookAction::Connect) return HookEvent{std::move(client), HookEvent::Connect{}, eventId};
    auto shared = std::make_shared<const hooks::NamedStream>(std::move(named));
    if (begins == HookAction::Publish)
        return HookEvent{std::move(client), HookEvent::Publish{std::move(shared)}, eventId};
    return HookEvent{std::move(client), HookEvent::Play{std::move(shared), 1}, eventId};
}

HookEvent HookTrial::event(const HookEvent& opening) const {
    if (hooks::isOpening(action)) return opening;
    if (hooks::isClosing(action)) {
        const bool publishes = action == HookAction::Unpublish;
        return endOf(opening, {net::kClosed, publishes ? 0 : kSomeBytes, publishes ? kSomeBytes : 0, kSomeMs, 0});
    }
    if (action == HookAction::Update) {
        HookEvent update = updateOf(opening, {0, kSomeBytes, kSomeMs});
        update.id = eventId;
        return update;
    }
    HookEvent made = madeOf(opening, action);
    made.id = eventId;
    return made;
}

hooks::HookTargets HookTrial::targets(const hooks::HookContext& context,
                                      const std::shared_ptr<const config::VhostConfig>& vhost,
                                      const HookEvent& opening) const {
    const auto asked =
        url.empty() ? vhost : std::make_shared<const config::VhostConfig>(knowingOnly(*vhost, action, protocol, url));
    if (hooks::isOpening(action)) return openingTargets(context, asked, opening);
    if (hooks::isClosing(action)) return closingTargets(context, asked, opening);
    if (action == HookAction::Dvr || action == HookAction::Hls) return fileTargets(context, asked, action);
    hooks::HookTargets targets;
    for (const hooks::UpdateTargets& block : updateTargets(context, asked, opening))
        targets.insert(targets.end(), block.targets.begin(), block.targets.end());
    return targets;
}

HookTrial HookTrial::masked() const {
    HookTrial shown = *this;
    shown.stream = base::maskSecretWords(stream);
    return shown;
}

std::string HookTrial::refusalBefore(const config::VhostConfig& vhost) const {
    using config::StreamUse;
    if (!hooks::isOpening(action)) return {};
    if (std::string fault = net::vhostFault(vhost.name, &vhost); !fault.empty()) return fault;
    if ((protocol == Protocol::Rtsp && !vhost.rtspEnabled) || (protocol == Protocol::Srt && !vhost.srtEnabled))
        return fmt::format("vhost {} does not serve {}", vhost.name, config::nameOf(protocol));
    std::string publishing = vhost.security.denial(StreamUse::Publish, ip);
    std::string playing = vhost.security.denial(StreamUse::Play, ip);
    if (action == HookAction::Publish) return publishing;
    if (action == HookAction::Play) return playing;
    return publishing.empty() || playing.empty() ? std::string() : publishing + ", " + playing;
}

} // namespace hookcast::app
