#pragma once

#include "base/Bytes.h"
#include "base/IpAddress.h"
#include "base/Result.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace hookcast::net {

/// Who is at the far end of a connection that came through a proxy, as the proxy tells it.
struct ProxiedClient {
    base::IpAddress ip;
    std::uint16_t port;

    bool operator==(const ProxiedClient&) const = default;
};

/// What a connection begins with, as far as the PROXY protocol is concerned: HAProxy's, versions 1 and 2
/// (https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt).
struct ProxyHeader {
    enum class Stage {
        Undecided, ///< too few bytes to tell
        Absent,    ///< the connection's own protocol
        Begun,     ///< there is one, and more of it is to come
        Complete,
    };

    Stage stage = Stage::Undecided;
    std::size_t sizeBytes = 0;           ///< of the complete header
    std::optional<ProxiedClient> client; ///< none where the proxy speaks for itself, or tells of no TCP client
};

/// Looks at all that a connection has sent so far. A header that breaks its rules, or is longer than `limitBytes`, is
/// an error; what a version 2 header says beside the addresses is skipped.
base::Result<ProxyHeader> readProxyHeader(base::ByteSpan bytes, std::size_t limitBytes);

} // namespace hookcast::net
