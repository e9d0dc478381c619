#include "support/FreePort.h"

#include "support/Descriptor.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <random>
#include <stdexcept>

namespace hookcast::integration {

namespace {

/// Below Linux's default net.ipv4.ip_local_port_range, and above what services use.
constexpr std::uint16_t kFirstPort = 12000;
constexpr std::uint16_t kLastPort = 32000;
constexpr int kAttempts = 1000;

bool isFree(std::uint16_t port) {
    const Descriptor probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_ANY);
    return ::bind(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

} // namespace

std::uint16_t findFreePort() {
    std::random_device entropy;
    std::uniform_int_distribution<unsigned> ports(kFirstPort, kLastPort);
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        const auto port = static_cast<std::uint16_t>(ports(entropy));
        if (isFree(port)) return port;
    }
    throw std::runtime_error("no free port was found");
}

} // namespace hookcast::integration
