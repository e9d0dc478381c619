#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace hookcast::hls {

/// How far a track's frames are apart, by its newest ones.
class StepMeter {
  public:
    static constexpr std::size_t kSteps = 12;

    void note(std::int64_t dtsMs) {
        const std::int64_t stepMs = latestMs_ == INT64_MIN ? 0 : dtsMs - latestMs_;
        latestMs_ = dtsMs;
        if (stepMs > 0) stepsMs_[count_++ % kSteps] = stepMs;
    }

    bool isSure() const { return count_ >= kSteps; }

    /// The mean of those that are like most; 0: not known.
    std::int64_t stepUs() const {
        const std::size_t known = std::min(count_, kSteps);
        if (known == 0) return 0;
        auto steps = stepsMs_;
        std::sort(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(known));
        const std::int64_t usualMs = steps[known / 2];
        std::int64_t sumMs = 0;
        std::int64_t alike = 0;
        for (std::size_t i = 0; i < known; ++i) {
            if (steps[i] * 2 < usualMs || steps[i] > usualMs * 3 / 2 + 1) continue;
            sumMs += steps[i];
            ++alike;
        }
        return sumMs * 1000 / alike;
    }

  private:
    std::array<std::int64_t, kSteps> stepsMs_{};
    std::size_t count_ = 0;
    std::int64_t latestMs_ = INT64_MIN;
};

} // namespace hookcast::hls
