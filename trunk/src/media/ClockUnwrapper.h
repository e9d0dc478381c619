#pragma once

#include <cstdint>
#include <optional>

namespace hookcast::media {

/// Turns the 33-bit times of MPEG-TS, which start anew after 26.5 hours, into a timeline that does not: each is placed
/// where it is nearest to the one before.
class ClockUnwrapper {
  public:
    static constexpr unsigned kBits = 33;

    std::int64_t place(std::int64_t ticks) {
        const std::int64_t placed = latest_ ? near(ticks, *latest_) : ticks;
        latest_ = placed;
        return placed;
    }

    /// The time that `ticks` means nearest to `other`.
    static std::int64_t near(std::int64_t ticks, std::int64_t other) {
        // The signed difference modulo 2^33: half the range forward, half of it back.
        constexpr unsigned kUnused = 64 - kBits;
        const auto difference = static_cast<std::uint64_t>(ticks) - static_cast<std::uint64_t>(other);
        return other + (static_cast<std::int64_t>(difference << kUnused) >> kUnused);
    }

  private:
    std::optional<std::int64_t> latest_;
};

} // namespace hookcast::media
