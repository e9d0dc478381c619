#pragma once

#include "base/Result.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace hookcast::mock {

/// As many events as a webhook may send at once.
inline constexpr std::size_t kMaxBatchEvents = 50;

/// One event of a webhook's batch.
struct BatchedEvent {
    std::string name;
    std::string server;
    std::int64_t pid = 0;
    std::uint64_t seq = 0;
    std::string json; ///< the whole event on one line
};

using EventBatch = std::vector<BatchedEvent>;

/// A JSON array of 1 to kMaxBatchEvents events, each in its envelope: exactly `event`, `device`, `server`, `pid`,
/// `timestamp`, `seq` and `data`, of the types that they should have, and `seq` rising. Any bytes.
base::Result<EventBatch> readEventBatch(const std::string& body);

} // namespace hookcast::mock
