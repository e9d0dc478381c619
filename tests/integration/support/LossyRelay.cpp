#include "support/LossyRelay.h"

#include "base/ByteReader.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>

namespace hookcast::integration {

LossyRelay::LossyRelay(std::uint16_t serverPort)
    : relay_(SOCK_DGRAM, serverPort, [this](const Relay& relay) { run(relay); }) {}

void LossyRelay::run(const Relay& relay) {
    const int callers = relay.clients().get();
    const Descriptor server = relay.toServer();
    std::array<std::uint8_t, 2048> packet{};
    sockaddr_in caller{};
    std::array<pollfd, 2> ends = {pollfd{callers, POLLIN, 0}, pollfd{server.get(), POLLIN, 0}};
    while (!relay.isEnding()) {
        if (!Relay::happens(ends)) continue;
        if ((ends[0].revents & POLLIN) != 0) {
            socklen_t size = sizeof caller;
            const ssize_t got =
                ::recvfrom(callers, packet.data(), packet.size(), 0, reinterpret_cast<sockaddr*>(&caller), &size);
            if (got > 0 && !cut_ && !isLost(packet.data(), static_cast<std::size_t>(got)))
                ::send(server.get(), packet.data(), static_cast<std::size_t>(got), 0);
        }
        if ((ends[1].revents & (POLLIN | POLLERR)) != 0) {
            const ssize_t got = ::recv(server.get(), packet.data(), packet.size(), 0);
            if (got > 0 && !cut_)
                ::sendto(callers, packet.data(), static_cast<std::size_t>(got), 0,
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
