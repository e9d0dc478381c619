#include "support/FreePort.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <sys/socket.h>

#include <filesystem>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>

namespace hookcast::integration {

namespace {

/// Above what services use, and below the ports of UDP that servers take for RTP by themselves (rtp_port_min), as well
/// as Linux's default net.ipv4.ip_local_port_range: SRT wants its number in UDP.
constexpr std::uint16_t kFirstPort = 12000;
constexpr std::uint16_t kLastPort = 19999;
constexpr int kAttempts = 1000;

bool canBeBound(std::uint16_t port) {
    const Descriptor probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_ANY);
    return ::bind(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

} // namespace

FreePort::FreePort() {
    std::random_device entropy;
    std::uniform_int_distribution<unsigned> ports(kFirstPort, kLastPort);
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        if (take(static_cast<std::uint16_t>(ports(entropy)))) return;
    }
    throw std::runtime_error("no free port was found");
}

bool FreePort::take(std::uint16_t number) {
    const std::filesystem::path folder = std::filesystem::temp_directory_path() / "hookcast-test-ports";
    std::filesystem::create_directories(folder);
    Descriptor lock(::open((folder / std::to_string(number)).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
    if (!lock.valid() || ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0 || !canBeBound(number)) return false;
    lock_ = std::move(lock);
    number_ = number;
    return true;
}

} // namespace hookcast::integration
