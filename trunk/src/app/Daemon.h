#pragma once

#include <sys/types.h>

#include <string>

namespace hookcast::app {

/// A server in the background: the process is two from the constructor on, the one that was started and the one that
/// serves, in a session of its own. The first waits until the second serves or has failed, so that whoever starts a
/// server learns what became of it. To be made before the first thread; throws std::runtime_error.
class Daemon {
  public:
    /// `keepsTerminal`: the log goes there.
    explicit Daemon(bool keepsTerminal);
    ~Daemon();
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;

    bool isStarter() const { return server_ != 0; }

    /// In the process that was started: waits for the other one and says what became of it, and that its log is
    /// `logPlace`. Returns the status to exit with: 0, or 1 where it does not serve; why has been printed by it then.
    int awaitServing(const std::string& logPlace) const;

    /// In the one that serves: it does. From here on it has no terminal, unless it keeps it.
    void tellServing();

  private:
    // given
    bool keepsTerminal_;
    // state
    pid_t server_ = 0; ///< 0 in the server itself
    int pipe_ = -1;    ///< its end of this process
};

} // namespace hookcast::app
