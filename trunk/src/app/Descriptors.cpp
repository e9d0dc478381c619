#include "app/Descriptors.h"

#include <sys/resource.h>

#include <algorithm>

namespace hookcast::app {

namespace {

/// Logs, epoll, listeners, files that are served, recordings.
constexpr std::size_t kSpareDescriptors = 256;

/// An RTSP player over UDP has a socket for RTP and one for RTCP, for sound and for pictures.
constexpr std::size_t kUdpSockets = 4;

/// Hook calls and the control interface get this part of what there is, at most.
constexpr std::size_t kHookShare = 4;
constexpr std::size_t kApiShare = 8;

std::size_t raiseTo(std::size_t wanted) {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
    if (limit.rlim_cur < wanted) {
        limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, wanted);
        ::setrlimit(RLIMIT_NOFILE, &limit);
        ::getrlimit(RLIMIT_NOFILE, &limit);
    }
    return limit.rlim_cur;
}

} // namespace

Descriptors Descriptors::of(const config::Config& config) {
    const std::size_t connections = config.maxConnections;
    const std::size_t hooks = config.limits.hookConnections;
    const std::size_t api = config.limits.apiConnections;
    const std::size_t udp = config.rtsp.enabled ? connections * kUdpSockets : 0;
    Descriptors made;
    made.given = raiseTo(connections + udp + hooks + api + kSpareDescriptors);
    made.reserved = std::min(kSpareDescriptors, made.given / 2) + std::min(hooks, made.given / kHookShare) +
                    std::min(api, made.given / kApiShare);
    made.clients = std::clamp<std::size_t>(made.given - made.reserved, 1, connections);
    return made;
}

} // namespace hookcast::app
