#include "support/OddBackend.h"

#include "support/Loopback.h"

#include <fmt/format.h>

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <utility>

namespace hookcast::integration {

namespace {

constexpr int kMomentMs = 20;

bool waitFor(const Descriptor& socket, short events) {
    pollfd watched{socket.get(), events, 0};
    return ::poll(&watched, 1, kMomentMs) > 0;
}

} // namespace

OddBackend::OddBackend(Answer answer) : answer_(answer), listening_(boundSocket(SOCK_STREAM)) {
    if (!listening_.valid() || ::listen(listening_.get(), SOMAXCONN) != 0)
        throw std::runtime_error("the odd backend cannot listen");
    port_ = portOf(listening_);
    thread_ = std::thread([this] { run(); });
}

OddBackend::~OddBackend() {
    ending_ = true;
    thread_.join();
    for (std::thread& one : answering_) one.join();
}

std::string OddBackend::url(std::string_view path) const {
    return fmt::format("http://127.0.0.1:{}{}", port_, path);
}

void OddBackend::run() {
    while (!ending_) {
        if (!waitFor(listening_, POLLIN)) continue;
        Descriptor connection(::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
        if (!connection.valid()) continue;
        ++connections_;
        answering_.emplace_back([this, connection = std::move(connection)] { answer(connection); });
    }
}

void OddBackend::answer(const Descriptor& connection) {
    while (!waitFor(connection, POLLIN))
        if (ending_) return;
    if (answer_ == Answer::Floods) {
        if (!sendAll(connection, fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n0", kFloodBytes + 1)))
            return;
        const std::string blanks(64UL * 1024, ' ');
        for (std::size_t sent = 0; sent < kFloodBytes; sent += blanks.size())
            if (!sendAll(connection, blanks)) return;
        return;
    }
    const std::string text =
        fmt::format("HTTP/1.1 200 OK\r\nX-Blanks: {}\r\nContent-Length: 1\r\n\r\n0", std::string(50'000, '-'));
    for (const char byte : text)
        if (!sendAll(connection, {&byte, 1}) || !pause(connection)) return;
}

/// False: the client has gone, or the test is over.
bool OddBackend::sendAll(const Descriptor& connection, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(connection.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN) return false;
        if (sent < 0 && !waitFor(connection, POLLOUT) && ending_) return false;
        if (sent <= 0) continue;
        sentBytes_ += static_cast<std::size_t>(sent);
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool OddBackend::pause(const Descriptor& connection) const {
    std::array<char, 4096> asked{};
    for (;;) {
        if (!waitFor(connection, POLLIN)) return !ending_;
        if (::recv(connection.get(), asked.data(), asked.size(), 0) <= 0) return false;
    }
}

} // namespace hookcast::integration
