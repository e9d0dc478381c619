#pragma once

#include "base/Log.h"
#include "config/Config.h"
#include "hooks/Admission.h"
#include "hooks/SrsJsonDialect.h"
#include "unit/support/Event.h"
#include "unit/support/FakeClock.h"
#include "unit/support/FakeTransport.h"
#include "unit/support/LoopEvent.h"
#include "unit/support/LoopRunner.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::support {

/// The gate with backends and a clock that belong to the test. The order of members is that of the server: the loop
/// ends first.
struct HookGate {
    explicit HookGate(const std::string& logFile = "", base::LogLevel level = base::LogLevel::Trace);
    ~HookGate();
    HookGate(const HookGate&) = delete;
    HookGate& operator=(const HookGate&) = delete;

    /// Lets time pass, and what is due happen.
    void pass(std::int64_t ms);

    /// Waits for the call with this number, from 0, answers it, and lets happen what follows.
    void answer(std::size_t call, const hooks::HookResponse& response);

    FakeClock clock;
    base::Log log;
    FakeTransport transport;
    hooks::SrsJsonDialect dialect{"vid-server", "service1"};
    hooks::Admission admission{transport, dialect, log};
    LoopRunner runner{clock, log};
};

inline std::shared_ptr<hooks::ClientInfo> someClient(std::uint64_t number = 7) {
    auto client = std::make_shared<hooks::ClientInfo>();
    client->who = std::make_shared<const hooks::ClientIdentity>(
        hooks::ClientIdentity{{"rtmp-" + std::to_string(number), number, "192.0.2.1", "abcd1234"}});
    hooks::ClientPlace place;
    place.vhost = "__defaultVhost__";
    place.app = "live";
    place.tcUrl = "rtmp://h/live";
    client->place = std::make_shared<const hooks::ClientPlace>(std::move(place));
    return client;
}

/// `change` gets where the client is.
template <typename Change>
void changePlace(hooks::ClientInfo& client, Change change) {
    hooks::ClientPlace place = *client.place;
    change(place);
    client.place = std::make_shared<const hooks::ClientPlace>(std::move(place));
}

/// `change` gets who the client is.
template <typename Change>
void changeIdentity(hooks::ClientInfo& client, Change change) {
    hooks::ClientIdentity who{client.who->name, client.who->protocol};
    change(who);
    client.who = std::make_shared<const hooks::ClientIdentity>(std::move(who));
}

/// A connection that asks for `url`, whole; empty: as its tcUrl says.
inline std::shared_ptr<const hooks::ClientInfo> connectingTo(std::shared_ptr<const hooks::ClientInfo> client,
                                                             const std::string& url) {
    if (url.empty()) return client;
    auto connecting = std::make_shared<hooks::ClientInfo>(*client);
    connecting->url = url;
    return connecting;
}

inline hooks::HookEvent eventOf(hooks::HookAction action, std::shared_ptr<const hooks::ClientInfo> client,
                                const hooks::NamedStream& named, const hooks::Closing& why = {},
                                const hooks::DvrFile& file = {}, const hooks::HlsSegment& segment = {}) {
    using hooks::HookAction;
    using hooks::HookEvent;
    const auto stream = std::make_shared<const hooks::NamedStream>(named);
    const auto closing = std::make_shared<const hooks::Closing>(why);
    const auto recording = std::make_shared<const hooks::DvrFile>(file);
    switch (action) {
    case HookAction::Connect: return {connectingTo(std::move(client), named.url), HookEvent::Connect{}, "event-id"};
    case HookAction::Close: return {std::move(client), HookEvent::Close{closing}, "event-id"};
    case HookAction::Publish: return {std::move(client), HookEvent::Publish{stream}, "event-id"};
    case HookAction::Unpublish: return {std::move(client), HookEvent::Unpublish{stream, closing}, "event-id"};
    case HookAction::Play: return {std::move(client), HookEvent::Play{stream}, "event-id"};
    case HookAction::Stop: return {std::move(client), HookEvent::Stop{stream, closing}, "event-id"};
    case HookAction::Dvr: return {std::move(client), HookEvent::Dvr{stream, recording}, "event-id"};
    case HookAction::Update:
        return {std::move(client),
                HookEvent::Update{stream, std::make_shared<const hooks::Progress>(
                                              hooks::Progress{why.sentBytes, why.receivedBytes, why.durationMs})},
                "event-id"};
    case HookAction::Hls:
        return {std::move(client), HookEvent::Hls{stream, std::make_shared<const hooks::HlsSegment>(segment)},
                "event-id"};
    }
    return {};
}

inline hooks::NamedStream namedStream(const std::string& name) {
    hooks::NamedStream stream;
    stream.name = name;
    return stream;
}

inline hooks::HookEvent someEvent(hooks::HookAction action, std::uint64_t clientNumber = 7) {
    return eventOf(action, someClient(clientNumber), namedStream("one"));
}

/// The same about a stream.
inline hooks::HookEvent eventAbout(hooks::HookAction action, const hooks::StreamKey& key) {
    auto client = someClient();
    changePlace(*client, [&key](hooks::ClientPlace& place) {
        place.vhost = key.vhost;
        place.app = key.app;
    });
    return eventOf(action, std::move(client), namedStream(key.stream));
}

/// The stream of someEvent().
inline hooks::StreamKey someStream() {
    return {"__defaultVhost__", "live", "one"};
}

/// What a protocol's session does with the gate. Asks and leaves from the test's thread; the rest happens on the loop.
class GateClient {
  public:
    GateClient(HookGate& gate, const config::HooksConfig& hooks, std::uint64_t number = 7);
    GateClient(HookGate& gate, const config::HooksConfig& hooks, const std::vector<config::NotifyConfig>& notifies,
               std::uint64_t number = 7);
    ~GateClient();
    GateClient(const GateClient&) = delete;
    GateClient& operator=(const GateClient&) = delete;

    void ask(hooks::HookAction action);
    void askOnLoop(hooks::HookAction action);
    void cancel();

    /// Everything it holds dies, on the loop; the lane lives on as long as it has something to tell.
    void leave();

    /// Runs `body` with the ticket, on the loop.
    template <typename F>
    auto withTicket(F body) {
        return gate_.runner.run([&] { return body(ticket_); });
    }
    template <typename F>
    auto withTicketOnLoop(F body) {
        return body(ticket_);
    }

    bool admitted();
    std::string refusal();
    bool waiting();
    std::weak_ptr<hooks::HookLane> lane() const { return lane_; }

    LoopEvent verdict;

  private:
    HookGate& gate_;
    std::uint64_t number_;
    std::shared_ptr<hooks::HookLane> lane_;
    hooks::PendingAdmission pending_;
    std::optional<hooks::Ticket> ticket_;
    std::string refusal_;
};

} // namespace hookcast::support
