#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace hookcast::base {

/// How fast a counter has risen over the last 30 seconds: it is looked at every now and then. Pure; one thread at a
/// time.
class RateMeter {
  public:
    static constexpr std::int64_t kWindowMs = 30'000;
    static constexpr std::int64_t kSampleMs = 5'000;

    /// `value` is the counter at `nowMs`, the meter's beginning.
    RateMeter(std::int64_t nowMs, std::uint64_t value) { samples_.fill({nowMs, value}); }

    /// To be called at least every kSampleMs; more often costs nothing and changes nothing.
    void sample(std::int64_t nowMs, std::uint64_t value) {
        if (nowMs - samples_[newest_].atMs < kSampleMs) return;
        newest_ = (newest_ + 1) % samples_.size();
        samples_[newest_] = {nowMs, value};
    }

    /// Per second, up to now.
    double perSecond(std::int64_t nowMs, std::uint64_t value) const {
        const Sample& oldest = samples_[(newest_ + 1) % samples_.size()];
        const std::int64_t passedMs = nowMs - oldest.atMs;
        if (passedMs <= 0 || value < oldest.value) return 0;
        return static_cast<double>(value - oldest.value) * 1000 / static_cast<double>(passedMs);
    }

  private:
    struct Sample {
        std::int64_t atMs;
        std::uint64_t value;
    };

    std::array<Sample, kWindowMs / kSampleMs> samples_{};
    std::size_t newest_ = 0;
};

} // namespace hookcast::base
