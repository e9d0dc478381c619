#pragma once

#include "base/Task.h"

#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

namespace hookcast::net {

/// 0 is no timer.
using TimerId = std::uint64_t;

/// The pending timers of one loop, earliest first; equal deadlines in the order they were added.
class TimerHeap {
  public:
    TimerId add(std::int64_t deadlineUs, base::Task task);
    void cancel(TimerId id);

    std::optional<std::int64_t> earliestUs() const;

    /// Takes the earliest timer out if it is due at `nowUs`.
    std::optional<base::Task> takeDue(std::int64_t nowUs);

  private:
    using Key = std::pair<std::int64_t, TimerId>;

    std::map<Key, base::Task> byDeadline_;
    std::unordered_map<TimerId, std::int64_t> deadlines_;
    TimerId lastId_ = 0;
};

} // namespace hookcast::net
