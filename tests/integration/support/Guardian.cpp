#include "support/Guardian.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <stdexcept>

namespace hookcast::integration {

Guardian::Guardian(pid_t daemon) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe for the guardian");
    const Descriptor reading(ends[0]);
    life_ = Descriptor(ends[1]);
    watcher_ = ::fork();
    if (watcher_ < 0) throw std::runtime_error("no process for the guardian");
    if (watcher_ > 0) return;
    // The watcher: only system calls, as other threads of the test may hold any lock.
    ::setsid();
    // The test's sockets are not its own: they would stay open with it.
    ::dup2(reading.get(), STDIN_FILENO);
    ::close_range(STDERR_FILENO + 1, ~0U, 0);
    char nothing = 0;
    while (::read(STDIN_FILENO, &nothing, 1) > 0) {
    }
    ::kill(daemon, SIGKILL);
    ::_exit(0);
}

Guardian::~Guardian() {
    life_.reset();
    ::waitpid(watcher_, nullptr, 0);
}

} // namespace hookcast::integration
