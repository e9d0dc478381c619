#include "support/TcpClient.h"

#include "support/Loopback.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

namespace hookcast::integration {

namespace {

constexpr std::size_t kReadBytes = 65536;

[[noreturn]] void fail(const char* what) {
    throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
}

void waitFor(int fd, short events, const Deadline& deadline, const char* what) {
    pollfd waited{fd, events, 0};
    for (;;) {
        const int ready = ::poll(&waited, 1, deadline.leftMs());
        if (ready > 0) return;
        if (ready < 0 && errno != EINTR) fail("poll");
        if (ready == 0) throw std::runtime_error(std::string(what) + " did not happen in time");
    }
}

} // namespace

TcpClient::TcpClient(std::uint16_t port, int receiveBufferBytes, const char* from)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (!socket_.valid()) fail("socket");
    // Before connect(), where the window is agreed upon.
    if (receiveBufferBytes > 0)
        ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &receiveBufferBytes, sizeof receiveBufferBytes);
    const int noDelay = 1;
    ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &noDelay, sizeof noDelay);
    const int portLater = 1; // connect() chooses it, so that it need not be free for all servers
    ::setsockopt(socket_.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &portLater, sizeof portLater);
    sockaddr_in own{};
    own.sin_family = AF_INET;
    if (::inet_pton(AF_INET, from, &own.sin_addr) != 1 ||
        ::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0)
        fail("bind");
    const sockaddr_in address = loopback(port);
    if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("connect");
}

void TcpClient::send(base::ByteSpan bytes, const Deadline& deadline) {
    if (!trySend(bytes, deadline)) throw std::runtime_error("the server has closed the connection");
}

bool TcpClient::trySend(base::ByteSpan bytes, const Deadline& deadline) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(sent));
        } else if (errno == EAGAIN) {
            waitFor(socket_.get(), POLLOUT, deadline, "sending");
        } else if (errno == EPIPE || errno == ECONNRESET) {
            return false;
        } else if (errno != EINTR) {
            fail("send");
        }
    }
    return true;
}

std::optional<base::Bytes> TcpClient::receive(const Deadline& deadline) {
    base::Bytes bytes(kReadBytes);
    for (;;) {
        waitFor(socket_.get(), POLLIN, deadline, "something to receive");
        const ssize_t size = ::recv(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (size == 0 || (size < 0 && errno == ECONNRESET)) return std::nullopt;
        if (size > 0) {
            bytes.resize(static_cast<std::size_t>(size));
            return bytes;
        }
        if (errno != EAGAIN && errno != EINTR) fail("recv");
    }
}

bool TcpClient::waitReadable(const Deadline& deadline) const {
    pollfd waited{socket_.get(), POLLIN, 0};
    return ::poll(&waited, 1, deadline.leftMs()) > 0;
}

void TcpClient::drainUntilClosed(const Deadline& deadline) {
    while (receive(deadline)) {
    }
}

void TcpClient::finishSending() {
    ::shutdown(socket_.get(), SHUT_WR);
}

void TcpClient::reset() {
    const linger atOnce{1, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &atOnce, sizeof atOnce);
    socket_.reset();
}

std::uint16_t TcpClient::localPort() const {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    if (::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) fail("getsockname");
    return ntohs(address.sin_port);
}

} // namespace hookcast::integration
