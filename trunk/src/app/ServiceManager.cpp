#include "app/ServiceManager.h"

#include <fmt/format.h>

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace hookcast::app {

namespace {

constexpr timeval kPatience{2, 0};

std::int64_t numberIn(const char* variable) {
    const char* const text = std::getenv(variable); // NOLINT(concurrency-mt-unsafe): nobody writes the environment
    return text == nullptr ? 0 : std::strtoll(text, nullptr, 10);
}

std::optional<std::int64_t> watchdogOfProcess() {
    const std::int64_t everyUs = numberIn("WATCHDOG_USEC");
    const std::int64_t process = numberIn("WATCHDOG_PID");
    if (everyUs <= 0 || (process != 0 && process != ::getpid())) return std::nullopt;
    return std::max<std::int64_t>(1, everyUs / 1000);
}

} // namespace

ServiceManager::ServiceManager() : watchdogMs_(watchdogOfProcess()) {
    const char* const address = std::getenv("NOTIFY_SOCKET"); // NOLINT(concurrency-mt-unsafe): as above
    if (address == nullptr || std::strlen(address) >= sizeof(sockaddr_un::sun_path)) return;
    address_ = address;
    if (address_.starts_with('/') || address_.starts_with('@'))
        socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    // Who does not read must not hold the server up for ever.
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
}

ServiceManager::~ServiceManager() {
    if (socket_ >= 0) ::close(socket_);
}

void ServiceManager::tellServing(std::string_view status) const {
    tell(fmt::format("READY=1\nSTATUS={}", status));
}

void ServiceManager::tellReloading() const {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    tell(fmt::format("RELOADING=1\nMONOTONIC_USEC={}",
                     std::chrono::duration_cast<std::chrono::microseconds>(now).count()));
}

void ServiceManager::tellStopping() const {
    tell("STOPPING=1");
}

void ServiceManager::tellAlive() const {
    tell("WATCHDOG=1", MSG_DONTWAIT); // on a loop
}

void ServiceManager::tellSuccessor(pid_t process) {
    tell(fmt::format("MAINPID={}", process));
    isSilent_ = true;
}

void ServiceManager::tell(const std::string& text, int flags) const {
    if (socket_ < 0 || isSilent_) return;
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    std::ranges::copy(address_, to.sun_path);
    if (to.sun_path[0] == '@') to.sun_path[0] = '\0'; // an abstract name
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
    ::sendto(socket_, text.data(), text.size(), flags | MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&to), size);
}

} // namespace hookcast::app
