#include "support/UdpPortPair.h"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace hookcast::integration {

namespace {

constexpr int kTries = 100;
constexpr std::size_t kLargestDatagram = 65536;

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

/// Not valid when the port is taken.
Descriptor boundTo(std::uint16_t port) {
    Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const sockaddr_in address = loopback(port);
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) socket.reset();
    return socket;
}

std::uint16_t portOf(const Descriptor& socket) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
}

} // namespace

UdpPortPair::UdpPortPair() {
    for (int i = 0; i < kTries; ++i) {
        rtp_ = boundTo(0);
        const std::uint16_t port = portOf(rtp_);
        if (port % 2 != 0) continue;
        rtcp_ = boundTo(static_cast<std::uint16_t>(port + 1));
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
