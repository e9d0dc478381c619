#pragma once

#include "base/Result.h"
#include "config/Config.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace hookcast::config {

/// Where a server is reached by others.
struct HostPort {
    std::string host; ///< an IPv6 literal is without its brackets
    std::uint16_t port = 0;

    /// An IPv6 literal gets its brackets.
    std::string text() const;
};

/// `HOST[:PORT]`, `[IPV6][:PORT]`; a host may be a name. `defaultPort` where none is named.
base::Result<HostPort> readHostPort(std::string_view text, std::uint16_t defaultPort);

/// Where other nodes of the cluster reach this one's RTMP: as cluster_redis says; where it does not, by the host's
/// name, and at the first port that RTMP is served at.
HostPort nodeAddress(const Config& config);

} // namespace hookcast::config
