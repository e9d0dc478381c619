#pragma once

#include "hooks/StreamKey.h"

#include <cstdint>
#include <optional>
#include <string>

namespace hookcast::cluster {

/// Where a stream is published.
struct Origin {
    std::string node;
    std::string address;     ///< HOST:PORT of its RTMP
    std::uint64_t fence = 0; ///< of the node's right to the name: a node that has lost it serves no pull by this one

    bool operator==(const Origin&) const = default;
};

/// Brings streams from other nodes: one pull for each stream, whatever players there are. Any thread; does not block.
class Puller {
  public:
    virtual ~Puller() = default;

    /// `key` is wanted here, and is there. It may be called again, with another origin or the same: players stay, and
    /// the new one goes on where the old one ended. Without an origin: where it goes on is not known yet; players wait.
    virtual void pull(const hooks::StreamKey& key, const std::optional<Origin>& origin) = 0;

    /// Nobody wants it any more: ends in a while, unless pull() comes before.
    virtual void release(const hooks::StreamKey& key) = 0;

    /// It is published nowhere else any more, or here: ends now.
    virtual void end(const hooks::StreamKey& key, const std::string& reason) = 0;
};

} // namespace hookcast::cluster
