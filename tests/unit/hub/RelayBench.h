#pragma once

#include "hub/Playback.h"
#include "hub/Relay.h"
#include "unit/hub/LogSource.h"
#include "unit/support/HookGate.h"
#include "unit/support/MockSubscriber.h"

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace hookcast::hub {

/// Without hooks the gate lets everybody in.
inline hooks::Ticket freeTicket(support::HookGate& gate, hooks::HookAction action = hooks::HookAction::Play,
                                const hooks::StreamKey& key = {"v", "live", "one"}) {
    support::Event given;
    std::optional<hooks::Ticket> ticket;
    hooks::PendingAdmission pending;
    gate.runner.run([&] {
        const auto lane =
            gate.admission.openLane(gate.runner.loop(), std::make_shared<config::VhostConfig>(), "rtmp-7");
        pending =
            gate.admission.request(lane, support::eventAbout(action, key), [&](base::Result<hooks::Ticket> result) {
                ticket.emplace(result.take());
                pending.release();
                given.happen();
            });
    });
    EXPECT_TRUE(given.wait());
    gate.runner.run([] {});
    return std::move(*ticket);
}

/// One player at a relay.
class Player {
  public:
    Player(support::HookGate& gate, std::shared_ptr<Relay> relay, const PlaybackLimits& limits,
           std::size_t room = support::MockSubscriber::kEndless)
        : gate_(gate) {
        auto ticket = std::make_shared<std::optional<hooks::Ticket>>(freeTicket(gate));
        gate_.runner.run([&] {
            subscriber.room = room;
            playback_ = std::make_unique<Playback>(std::move(**ticket), std::move(relay), subscriber, limits);
        });
    }
    ~Player() { leave(); }
    Player(const Player&) = delete;
    Player& operator=(const Player&) = delete;

    void leave() {
        gate_.runner.run([&] { playback_.reset(); });
    }

    template <typename F>
    auto with(F body) {
        return gate_.runner.run([&] { return body(*playback_); });
    }

    /// The connection has room for so many bytes, and says so.
    void giveRoom(std::size_t bytes = support::MockSubscriber::kEndless) {
        with([&](Playback& playback) {
            subscriber.room = bytes;
            playback.resume();
        });
    }

    void interject(const std::string& text) {
        with([&](Playback& playback) { playback.interject(base::asBytes(text)); });
    }

    /// What came since it was last asked.
    std::string got() {
        return gate_.runner.run([&] { return std::exchange(subscriber.taken, {}); });
    }

    std::uint64_t jumps() {
        return with([](Playback& playback) { return playback.jumps(); });
    }

    support::Subscriber subscriber;

  private:
    support::HookGate& gate_;
    std::unique_ptr<Playback> playback_;
};

/// A relay with a publisher that the test plays. The test's thread calls, the work happens on the loop.
struct RelayBench {
    explicit RelayBench(const LogLimits& logLimits = {64 * 1024 * 1024, 2500}, const std::string& logFile = "")
        : gate(logFile) {
        relay = std::make_shared<Relay>(gate.runner.loop(), hooks::StreamKey{"v", "live", "one"}, logLimits,
                                        [this] { emptied.happen(); });
    }

    /// A publication begins, with what `source` has so far.
    void begin() {
        gate.runner.run([&] { relay->begin(++epoch, source.snapshot()); });
    }
    /// What `source` got meanwhile is handed out.
    void grow() {
        gate.runner.run([&] { relay->grow(epoch, source.news()); });
    }
    void end() {
        gate.runner.run([&] { relay->end(epoch); });
    }
    /// The old publication ends; the next has a log of its own.
    void replaceSource() { source = LogSource(); }

    std::size_t logBytes() {
        return gate.runner.run([&] { return relay->log().sizeBytes(); });
    }

    std::unique_ptr<Player> player(std::size_t room = support::MockSubscriber::kEndless) {
        return std::make_unique<Player>(gate, relay, limits, room);
    }

    support::HookGate gate;
    PlaybackLimits limits{30'000, 30'000, 4096, true};
    support::Event emptied;
    std::shared_ptr<Relay> relay;
    LogSource source;
    std::uint64_t epoch = 0;
};

} // namespace hookcast::hub
