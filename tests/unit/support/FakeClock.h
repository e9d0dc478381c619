#pragma once

#include "base/Clock.h"

#include <atomic>
#include <cstdint>

namespace hookcast::support {

/// Time that stands still until a test moves it. Any thread.
class FakeClock final : public base::Clock {
  public:
    std::int64_t monotonicUs() const override { return nowUs_.load(); }

    /// From some morning in 2023.
    std::int64_t unixUs() const override { return kUnixZeroUs + nowUs_.load(); }

    void advanceMs(std::int64_t ms) { nowUs_ += ms * 1000; }

  private:
    static constexpr std::int64_t kUnixZeroUs = 1'700'000'000'000'000;

    std::atomic<std::int64_t> nowUs_{1'000'000'000};
};

} // namespace hookcast::support
