#include "support/UdpPortPair.h"

#include "support/Loopback.h"

#include <fmt/format.h>

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace hookcast::integration {

namespace {

constexpr int kTries = 100;
constexpr std::size_t kLargestDatagram = 65536;

} // namespace

UdpPortPair::UdpPortPair() {
    for (int i = 0; i < kTries; ++i) {
        rtp_ = boundSocket(SOCK_DGRAM);
        const std::uint16_t port = portOf(rtp_);
        if (port % 2 != 0) continue;
        rtcp_ = boundSocket(SOCK_DGRAM, static_cast<std::uint16_t>(port + 1));
        own_ = {port, static_cast<std::uint16_t>(port + 1)};
        if (rtcp_.valid()) return;
    }
    throw std::runtime_error("no pair of UDP ports is free");
}

std::string UdpPortPair::transport(const std::string& more) const {
    return fmt::format("RTP/AVP;unicast;client_port={}-{}{}", own_.rtp, own_.rtcp, more);
}

void UdpPortPair::setServer(std::string_view transport) {
    const auto transports = rtsp::parseTransports(transport);
    if (!transports || transports.value().empty() || !transports.value().front().serverPort)
        throw std::runtime_error(fmt::format("no ports of the server in {}", transport));
    server_ = *transports.value().front().serverPort;
}

void UdpPortPair::send(const Descriptor& socket, std::uint16_t port, base::ByteSpan packet) {
    const sockaddr_in address = loopback(port);
    const ssize_t sent = ::sendto(socket.get(), packet.data(), packet.size(), 0,
                                  reinterpret_cast<const sockaddr*>(&address), sizeof address);
    if (sent < 0 && errno != ECONNREFUSED) throw std::runtime_error(std::string("sendto: ") + std::strerror(errno));
}

std::optional<base::Bytes> UdpPortPair::receive(const Descriptor& socket, const Deadline& deadline) {
    pollfd waited{socket.get(), POLLIN, 0};
    if (::poll(&waited, 1, deadline.leftMs()) <= 0) return std::nullopt;
    base::Bytes packet(kLargestDatagram);
    const ssize_t size = ::recv(socket.get(), packet.data(), packet.size(), 0);
    if (size < 0) return std::nullopt;
    packet.resize(static_cast<std::size_t>(size));
    return packet;
}

} // namespace hookcast::integration
