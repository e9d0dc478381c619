#pragma once

#include <cstdint>

namespace hookcast::base {

/// The seam at which tests put time under their control. Every method may be called from any thread.
class Clock {
  public:
    virtual ~Clock() = default;

    /// Never goes back; its zero means nothing.
    virtual std::int64_t monotonicUs() const = 0;

    std::int64_t monotonicMs() const { return monotonicUs() / 1000; }

    /// What the calendar says, in microseconds since 1970; may jump when somebody sets the time.
    virtual std::int64_t unixUs() const = 0;

    std::int64_t unixMs() const { return unixUs() / 1000; }
    std::int64_t unixS() const { return unixUs() / 1'000'000; }
};

class SystemClock final : public Clock {
  public:
    std::int64_t monotonicUs() const override;
    std::int64_t unixUs() const override;
};

} // namespace hookcast::base
