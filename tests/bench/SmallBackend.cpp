#include "bench/SmallBackend.h"

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <string_view>
#include <system_error>

namespace hookcast::bench {

namespace {

constexpr std::string_view kYes = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n0";
constexpr int kWaitMs = 50;

int checked(int result, const char* what) {
    if (result < 0) throw std::system_error(errno, std::generic_category(), what);
    return result;
}

/// The size of the first whole request; 0: there is none yet.
std::size_t requestSize(std::string_view text) {
    const std::size_t end = text.find("\r\n\r\n");
    if (end == std::string_view::npos) return 0;
    std::size_t bodySize = 0;
    constexpr std::string_view kField = "Content-Length: ";
    if (const std::size_t at = text.substr(0, end).find(kField); at != std::string_view::npos)
        std::from_chars(text.data() + at + kField.size(), text.data() + end, bodySize);
    const std::size_t size = end + 4 + bodySize;
    return text.size() < size ? 0 : size;
}

} // namespace

SmallBackend::SmallBackend()
    : listener_(checked(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket")),
      poll_(checked(::epoll_create1(0), "epoll")) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    checked(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address), "bind");
    checked(::listen(listener_, SOMAXCONN), "listen");
    socklen_t size = sizeof address;
    checked(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
    port_ = ntohs(address.sin_port);
    epoll_event event{EPOLLIN, {.fd = listener_}};
    checked(::epoll_ctl(poll_, EPOLL_CTL_ADD, listener_, &event), "epoll_ctl");
    thread_ = std::thread([this] { run(); });
}

SmallBackend::~SmallBackend() {
    stopping_ = true;
    thread_.join();
    for (const auto& [connection, text] : unread_) ::close(connection);
    ::close(poll_);
    ::close(listener_);
}

void SmallBackend::run() {
    std::array<epoll_event, 256> events{};
    while (!stopping_) {
        const int count = ::epoll_wait(poll_, events.data(), static_cast<int>(events.size()), kWaitMs);
        for (int i = 0; i < count; ++i) {
            const int descriptor = events[static_cast<std::size_t>(i)].data.fd;
            if (descriptor == listener_) {
                accept();
            } else if (!serve(descriptor)) {
                unread_.erase(descriptor);
                ::close(descriptor);
            }
        }
    }
}

void SmallBackend::accept() {
    int connection = 0;
    while ((connection = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK)) >= 0) {
        epoll_event event{EPOLLIN, {.fd = connection}};
        ::epoll_ctl(poll_, EPOLL_CTL_ADD, connection, &event);
        unread_[connection];
    }
}

/// False when the connection has ended.
bool SmallBackend::serve(int connection) {
    std::array<char, 4096> piece{};
    const ssize_t received = ::recv(connection, piece.data(), piece.size(), 0);
    if (received <= 0) return received < 0 && errno == EAGAIN;
    std::string& text = unread_[connection];
    text.append(piece.data(), static_cast<std::size_t>(received));
    while (const std::size_t size = requestSize(text)) {
        text.erase(0, size);
        if (::send(connection, kYes.data(), kYes.size(), MSG_NOSIGNAL) < 0) return false;
    }
    return true;
}

} // namespace hookcast::bench
