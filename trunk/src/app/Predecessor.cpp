#include "app/Predecessor.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace hookcast::app {

namespace {

/// Takes `NAME=FD` from the front of `list`; -1 where that is not there.
int takeDescriptor(std::string_view& list, std::string_view name) {
    if (!list.starts_with(name) || !list.substr(name.size()).starts_with('=')) return -1;
    std::string_view rest = list.substr(name.size() + 1);
    int fd = -1;
    const char* const begin = rest.data();
    const auto [end, error] = std::from_chars(begin, begin + rest.size(), fd);
    if (error != std::errc() || fd <= STDERR_FILENO || ::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) return -1;
    rest.remove_prefix(static_cast<std::size_t>(end - begin));
    if (rest.starts_with(' ')) rest.remove_prefix(1);
    list = rest;
    return fd;
}

} // namespace

Predecessor::Predecessor() {
    // NOLINTBEGIN(concurrency-mt-unsafe): before the first thread
    const char* const variable = std::getenv(kVariable);
    const std::string text = variable == nullptr ? "" : variable;
    ::unsetenv(kVariable);
    // NOLINTEND(concurrency-mt-unsafe)
    std::string_view list = text;
    channel_ = takeDescriptor(list, "channel");
    pidFile_ = takeDescriptor(list, "pid");
    errors_ = takeDescriptor(list, "errors");
    sockets_ = std::make_unique<net::InheritedSockets>(list);
}

Predecessor::~Predecessor() {
    for (const int fd : {channel_, pidFile_, errors_})
        if (fd >= 0) ::close(fd);
}

int Predecessor::takePidFile() {
    return std::exchange(pidFile_, -1);
}

void Predecessor::tellServing() {
    if (errors_ >= 0) ::dup2(errors_, STDERR_FILENO);
    [[maybe_unused]] const ssize_t written = ::write(channel_, "+", 1);
}

void Predecessor::awaitYield() const {
    char answer = 0;
    while (::read(channel_, &answer, sizeof answer) < 0 && errno == EINTR) {
    }
}

} // namespace hookcast::app
