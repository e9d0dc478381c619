#include "net/UdpSocket.h"

#include <Poco/Net/SocketAddress.h>

#include <array>
#include <cerrno>
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

bool wouldBlock(int error) {
    return error == EAGAIN || error == EWOULDBLOCK || error == ENOBUFS || error == EINTR;
}

} // namespace

UdpSocket::UdpSocket(Loop& loop, std::uint16_t port, const std::string& peerIp, std::uint16_t peerPort,
                     Handler& handler)
    : loop_(loop), handler_(handler), port_(port) {
    loop_.assertCurrent();
    const Poco::Net::SocketAddress peer(peerIp, peerPort);
    const char* any = peer.family() == Poco::Net::SocketAddress::IPv6 ? "::" : "0.0.0.0";
    socket_ = Poco::Net::DatagramSocket(Poco::Net::SocketAddress(any, port), false);
    socket_.connect(peer);
    socket_.setBlocking(false);
    socket_.setReceiveBufferSize(kReceiveBufferBytes);
    fd_ = socket_.impl()->sockfd();
}

void UdpSocket::start() {
    if (watch_.isOn()) return;
    watch_ = loop_.watch(fd_, {.readable = true}, [this](Watch::Event event) { onEvent(event); });
}

std::size_t UdpSocket::send(std::span<mmsghdr> datagrams) {
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
    const ssize_t size = ::recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT);
    // What an earlier datagram met (port unreachable) is told once here and is of no interest.
    if (size < 0) return !wouldBlock(errno);
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

} // namespace hookcast::net
