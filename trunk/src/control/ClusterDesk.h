#pragma once

#include "control/ApiQuery.h"
#include "hooks/StreamKey.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hookcast::control {

/// A page of a list, and how long the whole of it is.
template <typename T>
struct Listed {
    std::vector<T> items;
    std::size_t total = 0;
};

/// What this node knows of its cluster at one moment. Names are as other nodes have written them: any bytes.
struct ClusterView {
    struct Node {
        std::string name;
        std::string address; ///< HOST:PORT where others fetch its streams; empty: it tells of none
        bool isAlive = false;
        std::int64_t heardMsAgo = 0;   ///< its lease is renewed, as far as this node has seen
        std::size_t captures = 0;      ///< that it has
        std::uint64_t inputKbps = 0;   ///< that these bring in
        std::uint32_t maxCaptures = 0; ///< 0: any number
        std::uint32_t maxInputKbps = 0;
    };
    struct Capture {
        std::string stream;
        std::string node; ///< empty: nobody has it
        std::uint64_t fence = 0;
    };
    struct Stream {
        std::string stream;
        std::string node;
        std::uint64_t fence = 0;
        std::string state;
        std::int64_t sinceUnixMs = 0;
    };
    /// A stream that this node fetches from another one for its players.
    struct Pull {
        std::string stream;
        std::string node;    ///< empty: where it goes on is not known yet
        std::string address; ///< likewise
        std::string state;
        std::int64_t sinceMs = 0; ///< has been so for this long
        std::uint64_t bytes = 0;
    };

    std::string cluster;
    std::string node;         ///< this one
    std::int64_t leaseMs = 0; ///< how long one lasts
    bool isRedisUp = false;
    std::int64_t redisSinceMs = 0;  ///< has been so for this long
    std::int64_t leaseEndsInMs = 0; ///< this node's; 0: it has none
    Listed<Node> nodes;
    Listed<Capture> captures;
    Listed<Stream> streams;
    Listed<Pull> pulls;
};

/// The same as numbers.
struct ClusterFigures {
    std::uint64_t nodes = 0; ///< that are alive
    std::uint64_t captures = 0;
    std::uint64_t names = 0; ///< of streams, that this node has
    std::uint64_t streams = 0;
    std::uint64_t pulls = 0;
    std::uint64_t exchanges = 0; ///< conversations with Redis
    std::uint64_t failures = 0;  ///< of these
    bool isRedisUp = false;
};

/// What came of having a stream ended that is published on another node.
struct RemoteKick {
    enum class Outcome : std::uint8_t {
        NotElsewhere, ///< nobody else publishes it
        Done,
        Silent, ///< the node has not answered, and has been asked no longer
        Busy,   ///< too many are on their way
    };
    Outcome outcome = Outcome::NotElsewhere;
    std::string node;
};

/// The cluster, as the control interface asks about it: a seam, as the room that knows stands above. Any thread; does
/// not block. What is called back is called once, on any thread, or not at all when the server ends.
class ClusterDesk {
  public:
    /// Of each list at most so many at once.
    static constexpr std::size_t kMostListed = 1000;

    virtual ~ClusterDesk() = default;

    /// `slice` is of each list.
    virtual void view(const Slice& slice, std::function<void(ClusterView)> onView) = 0;

    virtual ClusterFigures figures() const = 0;

    /// Ends who publishes `key` on another node. Comes within seconds.
    virtual void kick(const hooks::StreamKey& key, std::function<void(RemoteKick)> onEnd) = 0;
};

} // namespace hookcast::control
