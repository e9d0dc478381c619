#include "media/ContinuousTimeline.h"

#include <algorithm>

namespace hookcast::media {

std::int64_t ContinuousTimeline::place(std::uint32_t timestampMs) {
    std::int64_t unwrapped = timestampMs;
    if (previousMs_) {
        // The signed difference modulo 2^32: half the range forward, half of it back.
        const auto delta = static_cast<std::int32_t>(timestampMs - static_cast<std::uint32_t>(*previousMs_));
        unwrapped = *previousMs_ + delta;
    } else if (resumeAtMs_) {
        offsetMs_ = *resumeAtMs_ - unwrapped;
    }
    previousMs_ = unwrapped;
    const std::int64_t placed = unwrapped + offsetMs_;
    latestMs_ = std::max(latestMs_, placed);
    return placed;
}

} // namespace hookcast::media
