#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>

namespace hookcast::support {

/// So long does a test wait for what must come; only a failing test ever does. Long enough for the slowest machine: two
/// processors, a sanitizer, and other tests beside.
inline constexpr std::chrono::seconds kPatience{120};
inline constexpr std::int64_t kPatienceMs = std::chrono::milliseconds(kPatience).count();

/// Something that happens, once or several times, on any thread, and that a test waits for.
class Event {
  public:
    void happen() {
        const std::lock_guard lock(mutex_);
        ++times_;
        happened_.notify_all();
    }

    /// False when it did not happen `times` times within kPatience.
    [[nodiscard]] bool wait(std::size_t times = 1) {
        std::unique_lock lock(mutex_);
        return happened_.wait_for(lock, kPatience, [&] { return times_ >= times; });
    }

    std::size_t times() const {
        const std::lock_guard lock(mutex_);
        return times_;
    }

  private:
    mutable std::mutex mutex_;
    std::condition_variable happened_;
    std::size_t times_ = 0;
};

} // namespace hookcast::support
