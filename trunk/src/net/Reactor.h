#pragma once

#include "base/LogGate.h"
#include "net/Descriptor.h"
#include "net/Watch.h"

#include <Poco/Net/SocketReactor.h>

#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>

namespace hookcast::net {

class Loop;
class Watched;

/// Poco's SocketReactor, which is what a Loop runs: for Loop and its watches alone, as Poco's headers come with it.
/// Loop thread only, but for the constructor and wakeUp().
///
/// Poco 1.11's own wakeUp() does not interrupt a poll, so an eventfd is watched. Its onTimeout() is no timer, so the
/// loop's timers run at each turn. And it passes over a hang-up that does not come with something to read, and is
/// polled for in vain ever after: what may hang up so is in a poll of our own, which Poco polls.
class Reactor final : public Poco::Net::SocketReactor {
  public:
    static constexpr std::int64_t kLongestPollUs = 60'000'000;

    explicit Reactor(Loop& loop);
    ~Reactor() override;
    Reactor(const Reactor&) = delete;
    Reactor& operator=(const Reactor&) = delete;

    /// Any thread. The loop runs what is posted.
    void wake();

    /// How long the next poll waits for events, kLongestPollUs at most.
    void setPollTimeoutUs(std::int64_t waitUs);

    /// What follows is for Watched.

    std::uint32_t enter(Watched& watched);
    void leave(const Watched& watched);

    /// Whether onHangUp() is to be called.
    void heedHangUps(const Watched& watched, bool heeds);

    /// Calls watched.tell(event), and sees to it that it survives that, and nothing that is thrown does.
    void tell(Watched& watched, Watch::Event event);

    /// Destroys what is not watched any more, at once or as soon as it is done with telling.
    void bury(std::unique_ptr<Watched> watched);

    void assertCurrent() const;

  private:
    void onBusy() override;
    void onTimeout() override;
    void onShutdown() override {} ///< Poco's tells all observers, of which none wants to know
    void onWake();
    void onHangUps();
    void logThrown(std::string_view what);

    // given
    Loop& loop_;
    // state, which what is owned leaves at its end
    std::unordered_map<int, Watched*> byDescriptor_;
    Watched* telling_ = nullptr;
    std::uint32_t lastSerial_ = 0;
    base::LogGate thrownGate_{1000};
    // owned
    Descriptor wake_;
    Descriptor hangUps_; ///< an epoll of what may hang up unseen
    std::unique_ptr<Watched> wakeWatched_;
    std::unique_ptr<Watched> hangUpsWatched_;
    std::unique_ptr<Watched> buried_; ///< while it is telling
};

} // namespace hookcast::net
