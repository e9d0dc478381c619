#include "support/LossyRelay.h"

#include "base/ByteReader.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <stdexcept>

namespace hookcast::integration {

namespace {

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

Descriptor udpSocket() {
    Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!socket.valid()) throw std::runtime_error("no socket for the relay");
    return socket;
}

} // namespace

LossyRelay::LossyRelay(std::uint16_t serverPort) : callers_(udpSocket()), server_(udpSocket()) {
    sockaddr_in own = loopback(0);
    const sockaddr_in server = loopback(serverPort);
    socklen_t size = sizeof own;
    if (::bind(callers_.get(), reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0 ||
        ::getsockname(callers_.get(), reinterpret_cast<sockaddr*>(&own), &size) != 0 ||
        ::connect(server_.get(), reinterpret_cast<const sockaddr*>(&server), sizeof server) != 0)
        throw std::runtime_error("no port for the relay");
    port_ = ntohs(own.sin_port);
    thread_ = std::thread([this] { run(); });
}

LossyRelay::~LossyRelay() {
    ending_ = true;
    thread_.join();
}

void LossyRelay::run() {
    constexpr int kMomentMs = 20;
    std::array<std::uint8_t, 2048> packet{};
    sockaddr_in caller{};
    std::array<pollfd, 2> ends = {pollfd{callers_.get(), POLLIN, 0}, pollfd{server_.get(), POLLIN, 0}};
    while (!ending_) {
        if (::poll(ends.data(), ends.size(), kMomentMs) <= 0) continue;
        if ((ends[0].revents & POLLIN) != 0) {
            socklen_t size = sizeof caller;
            const ssize_t got = ::recvfrom(callers_.get(), packet.data(), packet.size(), 0,
                                           reinterpret_cast<sockaddr*>(&caller), &size);
            if (got > 0 && !cut_ && !isLost(packet.data(), static_cast<std::size_t>(got)))
                ::send(server_.get(), packet.data(), static_cast<std::size_t>(got), 0);
        }
        if ((ends[1].revents & (POLLIN | POLLERR)) != 0) {
            const ssize_t got = ::recv(server_.get(), packet.data(), packet.size(), 0);
            if (got > 0 && !cut_)
                ::sendto(callers_.get(), packet.data(), static_cast<std::size_t>(got), 0,
                         reinterpret_cast<const sockaddr*>(&caller), sizeof caller);
        }
    }
}

/// SRT's data packets begin with a 0 bit and their sequence number.
bool LossyRelay::isLost(const std::uint8_t* packet, std::size_t sizeBytes) {
    if (sizeBytes < 4 || (packet[0] & 0x80U) != 0) return false;
    const std::uint32_t sequence = base::ByteReader(base::ByteSpan(packet, sizeBytes)).u32();
    if (!hasFirst_) {
        hasFirst_ = true;
        firstSequence_ = sequence;
    }
    return lost_ != 0 && sequence == ((firstSequence_ + lost_ - 1) & 0x7FFFFFFFU);
}

} // namespace hookcast::integration
