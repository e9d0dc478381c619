#include "net/UdpSocket.h"

#include <netinet/in.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <exception>

namespace hookcast::net {

namespace {

/// Whoever sends faster than we receive must not have the loop for himself.
constexpr int kDatagramsPerTurn = 64;

/// More than the kernel holds, unless somebody sends as fast as we receive.
constexpr int kMostPending = 10000;

/// None is larger.
constexpr std::size_t kDatagramBytes = 64 * 1024;

/// Room for a burst of a few megabits while the loop is at something else.
constexpr int kReceiveBufferBytes = 2 * 1024 * 1024;

std::uint16_t portOf(const sockaddr_storage& address) {
    return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(address).sin6_port
                                               : reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

bool wouldBlock(int error) {
    return error == EAGAIN || error == EWOULDBLOCK || error == ENOBUFS || error == EINTR;
}

} // namespace

UdpSocket::UdpSocket(Loop& loop, std::uint16_t port, const std::string& peerIp, std::uint16_t peerPort,
                     Handler& handler, Accepts accepts)
    : loop_(loop), handler_(handler), port_(port), peer_(peerIp, peerPort), accepts_(accepts), sourcePort_(peerPort) {
    loop_.assertCurrent();
    const char* any = peer_.family() == Poco::Net::SocketAddress::IPv6 ? "::" : "0.0.0.0";
    socket_ = Poco::Net::DatagramSocket(Poco::Net::SocketAddress(any, port), false);
    if (accepts_ == Accepts::PeerPort) socket_.connect(peer_);
    socket_.setBlocking(false);
    socket_.setReceiveBufferSize(kReceiveBufferBytes);
    fd_ = socket_.impl()->sockfd();
}

void UdpSocket::start() {
    if (watch_.isOn()) return;
    watch_ = loop_.watch(fd_, {.readable = true}, [this](Watch::Event event) { onEvent(event); });
}

std::size_t UdpSocket::send(std::span<mmsghdr> datagrams) {
    if (accepts_ == Accepts::AnyPort) {
        for (mmsghdr& datagram : datagrams) {
            datagram.msg_hdr.msg_name = const_cast<sockaddr*>(peer_.addr());
            datagram.msg_hdr.msg_namelen = peer_.length();
        }
    }
    std::size_t taken = 0;
    while (taken < datagrams.size()) {
        const int sent = ::sendmmsg(fd_, datagrams.data() + taken, static_cast<unsigned>(datagrams.size() - taken),
                                    MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent > 0) {
            for (int i = 0; i < sent; ++i) sentBytes_ += datagrams[taken + static_cast<std::size_t>(i)].msg_len;
            taken += static_cast<std::size_t>(sent);
        } else if (sent < 0 && wouldBlock(errno)) {
            watch_.want({.readable = true, .writable = true});
            break;
        } else {
            ++taken;
        }
    }
    return taken;
}

void UdpSocket::onEvent(Watch::Event event) {
    try {
        if (event == Watch::Event::Readable) {
            receiveSome();
        } else if (event == Watch::Event::Writable) {
            watch_.want({.readable = true});
            handler_.onSendable(*this);
        } else {
            dropError();
        }
    } catch (const std::exception& e) {
        handler_.onFailure(std::string("internal error: ") + e.what());
    }
}

void UdpSocket::receiveSome() {
    for (int i = 0; i < kDatagramsPerTurn && receiveOne(); ++i) {
    }
}

void UdpSocket::receivePending() {
    for (int i = 0; i < kMostPending && receiveOne(); ++i) {
    }
}

bool UdpSocket::receiveOne() {
    // Not the loop's: who reads in the middle of a call, as a publisher's end does, may find that in use. A datagram is
    // small enough for the stack, and so each has a buffer of its own, and nobody waits.
    std::array<std::uint8_t, kDatagramBytes> buffer; // NOLINT(cppcoreguidelines-pro-type-member-init): recv() fills it
    sockaddr_storage source{};
    socklen_t sourceSize = sizeof source;
    const ssize_t size =
        ::recvfrom(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT, reinterpret_cast<sockaddr*>(&source), &sourceSize);
    // What an earlier datagram met (port unreachable) is told once here and is of no interest.
    if (size < 0) return !wouldBlock(errno);
    if (!isPeers(source)) return true;
    sourcePort_ = portOf(source);
    receivedBytes_ += static_cast<std::uint64_t>(size);
    handler_.onDatagram(*this, {buffer.data(), static_cast<std::size_t>(size)});
    return true;
}

/// What an earlier datagram met (port unreachable) is of no interest, and told for as long as nobody asks.
void UdpSocket::dropError() {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
}

/// The kernel has seen to it where the socket is connected.
bool UdpSocket::isPeers(const sockaddr_storage& source) const {
    if (accepts_ == Accepts::PeerPort) return true;
    if (source.ss_family != peer_.addr()->sa_family) return false;
    if (source.ss_family == AF_INET)
        return std::memcmp(&reinterpret_cast<const sockaddr_in&>(source).sin_addr,
                           &reinterpret_cast<const sockaddr_in*>(peer_.addr())->sin_addr, sizeof(in_addr)) == 0;
    return std::memcmp(&reinterpret_cast<const sockaddr_in6&>(source).sin6_addr,
                       &reinterpret_cast<const sockaddr_in6*>(peer_.addr())->sin6_addr, sizeof(in6_addr)) == 0;
}

void UdpSocket::sendTo(std::uint16_t peerPort) {
    peer_ = Poco::Net::SocketAddress(peer_.host(), peerPort);
}

} // namespace hookcast::net
