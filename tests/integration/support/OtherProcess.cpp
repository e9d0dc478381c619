#include "support/OtherProcess.h"

#include "support/Descriptor.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>
#include <string>

namespace hookcast::integration {

namespace {

std::uint16_t peerPortOf(int socket) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getpeername(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
    if (address.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
    return address.ss_family == AF_INET ? ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port) : 0;
}

} // namespace

int socketOption(pid_t process, std::uint16_t peerPort, int level, int option) {
    const Descriptor target(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
    const std::string folder = "/proc/" + std::to_string(process) + "/fd";
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const int number = std::stoi(entry.path().filename().string());
        const Descriptor copy(static_cast<int>(::syscall(SYS_pidfd_getfd, target.get(), number, 0)));
        if (copy.get() < 0 || peerPortOf(copy.get()) != peerPort) continue;
        int value = 0;
        socklen_t size = sizeof value;
        if (::getsockopt(copy.get(), level, option, &value, &size) == 0) return value;
    }
    throw std::runtime_error("no socket of process " + std::to_string(process) + " has a peer at port " +
                             std::to_string(peerPort));
}

} // namespace hookcast::integration
