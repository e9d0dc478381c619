#include "inputs/SourcePace.h"

#include <algorithm>
#include <limits>

namespace hookcast::inputs {

namespace {

/// Times come from a file, which may say anything.
std::int64_t difference(std::int64_t one, std::int64_t other) {
    std::int64_t result = 0;
    if (!__builtin_sub_overflow(one, other, &result)) return result;
    using Limits = std::numeric_limits<std::int64_t>;
    return one > other ? Limits::max() : Limits::min();
}

} // namespace

SourcePace::Due SourcePace::place(std::int64_t timeUs, std::int64_t nowMs) {
    const std::int64_t stepUs = hasBegun_ ? difference(timeUs, latestUs_) : 0;
    const bool isJump = stepUs > kLargestStepUs || stepUs < -kLargestStepUs;
    if (!hasBegun_ || isJump) {
        hasBegun_ = true;
        baseUs_ = latestUs_ = timeUs;
        baseMs_ = nowMs;
    }
    latestUs_ = std::max(latestUs_, timeUs);
    return {baseMs_ + (timeUs - baseUs_) / 1000, isJump ? stepUs / 1000 : 0};
}

} // namespace hookcast::inputs
