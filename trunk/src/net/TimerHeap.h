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
    TimerHeap() = default;
    /// What waits is destroyed, and may cancel others meanwhile.
    ~TimerHeap();
    TimerHeap(const TimerHeap&) = delete;
    TimerHeap& operator=(const TimerHeap&) = delete;

    /// `armed`, unless it is null, holds the id for as long as the timer is pending and 0 afterwards; it lives until
    /// then.
    TimerId add(std::int64_t deadlineUs, base::Task task, TimerId* armed = nullptr);
    void cancel(TimerId id);

    std::optional<std::int64_t> earliestUs() const;

    /// Takes the earliest timer out if it is due at `nowUs`.
    std::optional<base::Task> takeDue(std::int64_t nowUs);

  private:
    using Key = std::pair<std::int64_t, TimerId>;
    struct Entry {
        base::Task task;
        TimerId* armed;
    };
    using Entries = std::map<Key, Entry>;

    base::Task take(Entries::iterator entry);

    Entries byDeadline_;
    std::unordered_map<TimerId, std::int64_t> deadlines_;
    TimerId lastId_ = 0;
};

} // namespace hookcast::net
