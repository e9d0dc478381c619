#pragma once

#include <cstdint>

namespace hookcast::mock {

enum class WaitEnd { TimedOut, Stopped, PeerGone, Readable };

/// Ends every wait of the server at once, also those inside poll(). Any thread.
class StopSignal {
  public:
    /// Throws std::system_error when the system has no descriptor left.
    StopSignal();
    ~StopSignal();
    StopSignal(const StopSignal&) = delete;
    StopSignal& operator=(const StopSignal&) = delete;

    /// Once and for all: every wait, running or yet to come, ends as Stopped.
    void request();

    bool requested() const;

    /// Waits `timeoutMs`, or until the stop, or until the peer of `socketFd` has closed its side. What the peer sends
    /// meanwhile is left alone.
    WaitEnd waitWhileConnected(int socketFd, std::int64_t timeoutMs) const;

    /// Waits until `socketFd` has something to read, which may be its end.
    WaitEnd waitReadable(int socketFd, std::int64_t timeoutMs) const;

  private:
    WaitEnd wait(int socketFd, short events, std::int64_t timeoutMs) const;

    int eventFd_;
};

} // namespace hookcast::mock
