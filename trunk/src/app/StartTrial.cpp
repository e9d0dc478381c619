#include "app/StartTrial.h"

#include "app/ConfigSource.h"
#include "app/ServerUser.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <exception>
#include <iostream>
#include <stdexcept>

namespace hookcast::app {

namespace {

[[noreturn]] void fail() {
    throw std::runtime_error(fmt::format("cannot try a start: {}", std::strerror(errno)));
}

/// It is there, for somebody else.
bool isClosed(const std::string& folder) {
    return !folder.empty() && ::access(folder.c_str(), X_OK) != 0 && errno == EACCES;
}

std::string tryStart(const config::Config& config) {
    try {
        const bool isRoot = ::geteuid() == 0;
        if (isRoot || !isClosed(config.workDir)) enterWorkDir(config.workDir);
        if (isRoot)
            tryToBecomeServerUser(config);
        else
            findServerUser(config);
    } catch (const std::exception& e) {
        return e.what();
    }
    return {};
}

[[noreturn]] void tell(int pipe, const std::string& text) {
    [[maybe_unused]] const ssize_t written = ::write(pipe, text.data(), text.size());
    ::_exit(0);
}

std::string readAll(int pipe) {
    std::string text;
    std::array<char, 4096> piece{};
    for (;;) {
        const ssize_t size = ::read(pipe, piece.data(), piece.size());
        if (size > 0) text.append(piece.data(), static_cast<std::size_t>(size));
        if (size == 0 || (size < 0 && errno != EINTR)) return text;
    }
}

} // namespace

std::string faultInStart(const config::Config& config) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail();
    std::cout.flush();
    std::cerr.flush();
    const pid_t trial = ::fork();
    if (trial == 0) tell(ends[1], tryStart(config));
    ::close(ends[1]);
    std::string fault = trial > 0 ? readAll(ends[0]) : std::string();
    ::close(ends[0]);
    if (trial < 0) fail();
    int status = 0;
    while (::waitpid(trial, &status, 0) < 0 && errno == EINTR) {
    }
    return fault;
}

} // namespace hookcast::app
