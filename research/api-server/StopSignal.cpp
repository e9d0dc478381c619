#include "api-server/StopSignal.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <system_error>

namespace hookcast::mock {

StopSignal::StopSignal() : eventFd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (eventFd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

StopSignal::~StopSignal() {
    ::close(eventFd_);
}

void StopSignal::request() {
    // Never read again, so that the descriptor stays readable for whoever waits later.
    ::eventfd_write(eventFd_, 1);
}

bool StopSignal::requested() const {
    pollfd event{eventFd_, POLLIN, 0};
    return ::poll(&event, 1, 0) > 0;
}

WaitEnd StopSignal::waitWhileConnected(int socketFd, std::int64_t timeoutMs) const {
    return wait(socketFd, POLLRDHUP, timeoutMs);
}

WaitEnd StopSignal::waitReadable(int socketFd, std::int64_t timeoutMs) const {
    return wait(socketFd, POLLIN, timeoutMs);
}

WaitEnd StopSignal::wait(int socketFd, short events, std::int64_t timeoutMs) const {
    using SteadyClock = std::chrono::steady_clock;
    const auto deadline = SteadyClock::now() + std::chrono::milliseconds(timeoutMs);
    std::array<pollfd, 2> watched{pollfd{eventFd_, POLLIN, 0}, pollfd{socketFd, events, 0}};
    while (true) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now()).count();
        const auto pollMs = static_cast<int>(std::clamp<std::int64_t>(left, 0, INT_MAX));
        const int ready = ::poll(watched.data(), watched.size(), pollMs);
        if (ready < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "poll");
        if (ready <= 0) {
            if (left <= 0) return WaitEnd::TimedOut;
            continue;
        }
        if (watched[0].revents != 0) return WaitEnd::Stopped;
        return (watched[1].revents & POLLIN) != 0 ? WaitEnd::Readable : WaitEnd::PeerGone;
    }
}

} // namespace hookcast::mock
