#include "app/Daemon.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <initializer_list>
#include <iostream>
#include <stdexcept>
#include <utility>

namespace hookcast::app {

namespace {

constexpr char kServes = '+';

[[noreturn]] void fail() {
    throw std::runtime_error(fmt::format("cannot become a daemon: {}", std::strerror(errno)));
}

void closeStandard(std::initializer_list<int> descriptors) {
    const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nothing < 0) return;
    for (const int descriptor : descriptors) ::dup2(nothing, descriptor);
    if (nothing > STDERR_FILENO) ::close(nothing);
}

/// What a process that has ended without serving tells by its end.
std::string endOf(pid_t process) {
    int status = 0;
    pid_t ended = 0;
    do {
        ended = ::waitpid(process, &status, 0);
    } while (ended < 0 && errno == EINTR);
    if (ended == process && WIFSIGNALED(status)) return fmt::format(", ended by {}", ::strsignal(WTERMSIG(status)));
    return {};
}

} // namespace

Daemon::Daemon(bool keepsTerminal) : keepsTerminal_(keepsTerminal) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail();
    std::cout.flush();
    std::cerr.flush();
    server_ = ::fork();
    if (server_ < 0) {
        const int error = errno;
        for (const int end : ends) ::close(end);
        errno = error;
        fail();
    }
    pipe_ = ends[isStarter() ? 0 : 1];
    ::close(ends[isStarter() ? 1 : 0]);
    if (isStarter()) return;
    ::setsid(); // a new process leads no group yet: it cannot fail
    // Errors of the start still go to the terminal.
    if (!keepsTerminal_) closeStandard({STDIN_FILENO, STDOUT_FILENO});
}

Daemon::~Daemon() {
    if (pipe_ >= 0) ::close(pipe_);
}

int Daemon::awaitServing(const std::string& logPlace) const {
    char answer = 0;
    ssize_t size = 0;
    do {
        size = ::read(pipe_, &answer, sizeof(answer));
    } while (size < 0 && errno == EINTR);
    if (size == 1 && answer == kServes) {
        std::cout << fmt::format("hookcast: serves in the background, pid {}; the log is {}\n", server_, logPlace);
        return 0;
    }
    std::cerr << fmt::format("hookcast: not started{}; the log is {}\n", endOf(server_), logPlace);
    return 1;
}

void Daemon::tellServing() {
    if (!keepsTerminal_) closeStandard({STDERR_FILENO});
    // The other process may be gone; that is its own matter.
    [[maybe_unused]] const ssize_t written = ::write(pipe_, &kServes, sizeof(kServes));
    ::close(std::exchange(pipe_, -1));
}

} // namespace hookcast::app
