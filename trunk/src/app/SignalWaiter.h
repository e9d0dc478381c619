#pragma once

#include <csignal>
#include <cstdint>
#include <functional>

namespace hookcast::app {

/// The signals that steer the server, taken one after another by the main thread: SIGINT, SIGTERM and SIGQUIT to end,
/// SIGHUP to reload, SIGUSR1 to reopen the log, SIGUSR2 to be replaced by a new process. To be made before the first
/// thread, so that every thread leaves them alone; it also sees to those that must not kill the process. What the
/// process has inherited of blocked and ignored signals does not count from then on.
class SignalWaiter {
  public:
    SignalWaiter();

    /// The next one.
    int wait() const;

    /// Waits for `isDone`, looked at now and then, for at most `timeoutMs`. True when a signal to end came instead;
    /// others are taken and forgotten.
    bool waitForEnd(std::int64_t timeoutMs, const std::function<bool()>& isDone) const;

  private:
    sigset_t signals_;
};

} // namespace hookcast::app
