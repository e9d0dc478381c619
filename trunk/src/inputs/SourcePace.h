#pragma once

#include <cstdint>

namespace hookcast::inputs {

/// When what is read from a file is due, so that it is read at the speed of its times. A clock that jumps, forward or
/// back, holds nothing up and hurries nothing: the pace goes on from there. One thread.
class SourcePace {
  public:
    /// What lies further than this from the latest time is a jump.
    static constexpr std::int64_t kLargestStepUs = 10'000'000;

    struct Due {
        std::int64_t atMs;   ///< by the clock that `nowMs` is of
        std::int64_t jumpMs; ///< of the source's clock; 0: none
    };

    Due place(std::int64_t timeUs, std::int64_t nowMs);

  private:
    std::int64_t baseUs_ = 0; ///< was due at baseMs_
    std::int64_t baseMs_ = 0;
    std::int64_t latestUs_ = 0;
    bool hasBegun_ = false;
};

} // namespace hookcast::inputs
