#include "net/Listener.h"

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocketImpl.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocketImpl.h>

#include <fmt/format.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <utility>

namespace hookcast::net {

namespace {

constexpr int kBacklog = 4096;
constexpr std::int64_t kBackOffMs = 100;
/// Whoever connects faster than we accept must not have the loop for himself.
constexpr int kAcceptsPerTurn = 128;

Poco::Net::SocketAddress toSocketAddress(const config::ListenAddress& address) {
    return {address.host.empty() ? std::string("0.0.0.0") : address.host, address.port};
}

/// Poco makes a StreamSocket of a descriptor, but no ServerSocket.
class BoundSocketImpl final : public Poco::Net::ServerSocketImpl {
  public:
    explicit BoundSocketImpl(int fd) { reset(fd); }
};

class BoundSocket final : public Poco::Net::ServerSocket {
  public:
    explicit BoundSocket(int fd) : ServerSocket(new BoundSocketImpl(fd), true) {}
};

} // namespace

Listener::Listener(Loop& loop, const config::ListenAddress& address, OnAccept onAccept, InheritedSockets* inherited)
    : loop_(loop), onAccept_(std::move(onAccept)), backOffTimer_(loop) {
    try {
        const std::optional<int> there = inherited == nullptr ? std::nullopt : inherited->take(address);
        if (there)
            socket_ = BoundSocket(*there);
        else
            bind(address);
        socket_.setBlocking(false);
        port_ = socket_.address().port();
        who_ = "listen " + socket_.address().toString();
    } catch (const Poco::Exception& e) {
        throw std::runtime_error(fmt::format("{}: cannot listen on port {} (directive `{}`): {}", address.where.text(),
                                             address.port, address.directive, e.displayText()));
    }
}

void Listener::bind(const config::ListenAddress& address) {
    const Poco::Net::SocketAddress local = toSocketAddress(address);
    // Those of both families on one port are two sockets: see config::socketsFor().
    if (local.family() == Poco::Net::SocketAddress::IPv6)
        socket_.bind6(local, true, false, true);
    else
        socket_.bind(local, true, false);
    socket_.listen(kBacklog);
}

Listener::~Listener() {
    if (watch_.isOn()) stop();
}

void Listener::start() {
    loop_.assertCurrent();
    watch_ = loop_.watch(socket_.impl()->sockfd(), {.readable = true}, [this](Watch::Event /*event*/) { onEvent(); });
}

void Listener::stop() {
    loop_.assertCurrent();
    backOffTimer_.cancel();
    watch_.end();
    socket_.close();
}

void Listener::onEvent() {
    try {
        acceptSome();
    } catch (const std::exception& e) {
        loop_.log().error(who_, "internal error while accepting: {}", e.what());
    }
}

void Listener::acceptSome() {
    for (int i = 0; i < kAcceptsPerTurn && watch_.isOn(); ++i) {
        const int fd = ::accept4(socket_.impl()->sockfd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            auto accepted =
                std::make_unique<Poco::Net::StreamSocket>(Poco::Net::StreamSocket(new Poco::Net::StreamSocketImpl(fd)));
            onAccept_(std::move(accepted));
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return;
        } else if (errno != EINTR && errno != ECONNABORTED) {
            backOff(errno);
            return;
        }
    }
}

void Listener::backOff(int error) {
    // Out of descriptors, say: the connection stays in the backlog, and polling for it would spin.
    const auto count = backOffGate_.admit(loop_.clock().monotonicMs());
    if (count) loop_.log().error(who_, "cannot accept ({} times): {}", *count, std::strerror(error));
    watch_.want({});
    backOffTimer_.runAfter(kBackOffMs, [this] { watch_.want({.readable = true}); });
}

} // namespace hookcast::net
