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
    client->number = number;
    client->id = "abcd1234";
    client->logName = "rtmp-" + std::to_string(number);
    client->ip = "192.0.2.1";
    client->vhost = "__defaultVhost__";
    client->app = "live";
    client->tcUrl = "rtmp://h/live";
    return client;
}

inline hooks::HookEvent eventOf(hooks::HookAction action, std::shared_ptr<const hooks::ClientInfo> client,
                                const hooks::NamedStream& stream, const hooks::Closing& closing = {},
                                const hooks::DvrFile& recording = {}, const hooks::HlsSegment& segment = {}) {
    using hooks::HookAction;
    using hooks::HookEvent;
    switch (action) {
    case HookAction::Connect: return {std::move(client), HookEvent::Connect{stream.url}, "event-id"};
    case HookAction::Close: return {std::move(client), HookEvent::Close{closing}, "event-id"};
    case HookAction::Publish: return {std::move(client), HookEvent::Publish{stream}, "event-id"};
    case HookAction::Unpublish: return {std::move(client), HookEvent::Unpublish{stream, closing}, "event-id"};
    case HookAction::Play: return {std::move(client), HookEvent::Play{stream}, "event-id"};
    case HookAction::Stop: return {std::move(client), HookEvent::Stop{stream, closing}, "event-id"};
    case HookAction::Dvr: return {std::move(client), HookEvent::Dvr{stream, recording}, "event-id"};
    case HookAction::Update:
        return {std::move(client),
                HookEvent::Update{stream, {closing.sentBytes, closing.receivedBytes, closing.durationMs}}, "event-id"};
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
    client->vhost = key.vhost;
    client->app = key.app;
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
