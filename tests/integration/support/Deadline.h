#pragma once

#include <algorithm>
#include <chrono>

namespace hookcast::integration {

/// How long a test waits for what must happen: HOOKCAST_TEST_PATIENCE_S seconds, or a minute. It costs nothing when all
/// is well, so it is far beyond what a loaded machine or a sanitizer makes of it.
std::chrono::milliseconds patience();

/// A moment until which to wait.
class Deadline {
  public:
    explicit Deadline(std::chrono::milliseconds fromNow = patience()) : at_(Clock::now() + fromNow) {}

    bool passed() const { return Clock::now() >= at_; }

    /// Not below 0.
    std::chrono::milliseconds left() const {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(at_ - Clock::now());
        return std::max(left, std::chrono::milliseconds(0));
    }

    /// For poll().
    int leftMs() const { return static_cast<int>(left().count()); }

  private:
    using Clock = std::chrono::steady_clock;

    Clock::time_point at_;
};

} // namespace hookcast::integration
