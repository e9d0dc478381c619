#include "srt/SendAllowance.h"

#include <algorithm>
#include <utility>

namespace hookcast::srt {

namespace {

/// How long a receiver takes to confirm what has come (draft-sharabayko-srt, 4.8.1).
constexpr std::int64_t kAckMs = 10;

} // namespace

void SendAllowance::measure(std::int64_t nowMs, std::uint64_t sentPackets, std::int64_t latencyMs,
                            std::int64_t roundTripMs) {
    // It may become longer, but not at once.
    const std::int64_t grownMs = shortestTripMs_ + shortestTripMs_ / 8 + 1;
    shortestTripMs_ = shortestTripMs_ == 0 ? roundTripMs : std::min(roundTripMs, grownMs);
    if (beganMs_ != 0) {
        const auto elapsedMs = static_cast<std::uint64_t>(std::max<std::int64_t>(1, nowMs - beganMs_));
        // With half as much again for a path that takes longer than the latency, so that what waits can catch up.
        const std::int64_t pathMs = shortestTripMs_ + shortestTripMs_ / 2;
        const auto neededMs = static_cast<std::uint64_t>(std::max({std::int64_t{0}, latencyMs, pathMs}) + kAckMs);
        const std::uint64_t needed = (sentPackets - sentBefore_) * neededMs / elapsedMs;
        // Of two windows the smaller one: a burst is not the stream's rate.
        const std::uint64_t lesser = std::min(needed, std::exchange(neededBefore_, needed));
        allowed_ = std::max<std::size_t>(kLeastPackets, lesser);
    }
    beganMs_ = nowMs;
    sentBefore_ = sentPackets;
}

} // namespace hookcast::srt
