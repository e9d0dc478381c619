#pragma once

#include <cstdint>
#include <optional>

namespace hookcast::base {

/// Lets one log line through per interval and counts the ones it held back, for events that come by the thousand.
/// Belongs to one thread.
class LogGate {
  public:
    explicit LogGate(std::int64_t intervalMs) : intervalMs_(intervalMs) {}

    /// How many events the line to be written now stands for (1 or more); nothing when it is too soon for a line.
    std::optional<std::uint64_t> admit(std::int64_t nowMs) {
        ++pending_;
        if (opensAtMs_ && nowMs < *opensAtMs_) return std::nullopt;
        opensAtMs_ = nowMs + intervalMs_;
        const std::uint64_t count = pending_;
        pending_ = 0;
        return count;
    }

  private:
    std::int64_t intervalMs_;
    std::optional<std::int64_t> opensAtMs_;
    std::uint64_t pending_ = 0;
};

} // namespace hookcast::base
