#pragma once

#include "hub/Playback.h"
#include "hub/Relay.h"
#include "unit/hub/LogSource.h"
#include "unit/hub/MockSubscriber.h"
#include "unit/support/HookGate.h"

#include <cstdint>
#include <memory>
#include <string>

namespace hookcast::hub {

/// Without hooks the gate lets everybody in.
hooks::Ticket freeTicket(support::HookGate& gate, hooks::HookAction action = hooks::HookAction::Play,
                         const hooks::StreamKey& key = {"v", "live", "one"});

/// One player at a relay.
class Player {
  public:
    Player(support::HookGate& gate, std::shared_ptr<Relay> relay, const PlaybackLimits& limits,
           std::size_t room = support::MockSubscriber::kEndless);
    ~Player();
    Player(const Player&) = delete;
    Player& operator=(const Player&) = delete;

    void leave();

    template <typename F>
    auto with(F body) {
        return gate_.runner.run([&] { return body(*playback_); });
    }

    /// The connection has room for so many bytes, and says so.
    void giveRoom(std::size_t bytes = support::MockSubscriber::kEndless);

    void interject(const std::string& text);

    /// What came since it was last asked.
    std::string got();

    std::uint64_t jumps();

    support::Subscriber subscriber;

  private:
    support::HookGate& gate_;
    std::unique_ptr<Playback> playback_;
};

/// A relay with a publisher that the test plays. The test's thread calls, the work happens on the loop.
struct RelayBench {
    explicit RelayBench(const LogLimits& logLimits = {64 * 1024 * 1024, 2500}, const std::string& logFile = "");
    ~RelayBench();
    RelayBench(const RelayBench&) = delete;
    RelayBench& operator=(const RelayBench&) = delete;

    /// A publication begins, with what `source` has so far.
    void begin();
    /// What `source` got meanwhile is handed out.
    void grow();
    void end();
    /// The old publication ends; the next has a log of its own.
    void replaceSource() { source = LogSource(); }

    std::size_t logBytes();

    std::unique_ptr<Player> player(std::size_t room = support::MockSubscriber::kEndless);

    support::HookGate gate;
    PlaybackLimits limits{30'000, 30'000, 4096, true};
    support::LoopEvent emptied{gate.runner};
    std::shared_ptr<Relay> relay;
    LogSource source;
    std::uint64_t epoch = 0;
};

} // namespace hookcast::hub
