#include "srt/SendAllowance.h"

#include <algorithm>
#include <utility>

namespace hookcast::srt {

namespace {

/// How long a receiver takes to confirm what has come (draft-sharabayko-srt, 4.8.1).
constexpr std::int64_t kAckMs = 10;

} // namespace

void SendAllowance::measure(std::int64_t nowMs, std::uint64_t sentBytes, std::int64_t delayMs) {
    if (beganMs_ != 0) {
        const auto elapsedMs = static_cast<std::uint64_t>(std::max<std::int64_t>(1, nowMs - beganMs_));
        const auto neededMs = static_cast<std::uint64_t>(std::max<std::int64_t>(0, delayMs) + kAckMs);
        const std::uint64_t needed = (sentBytes - sentBefore_) * neededMs / elapsedMs;
        // Of two windows the smaller one: a burst is not the stream's rate.
        const std::uint64_t lesser = std::min(needed, std::exchange(neededBefore_, needed));
        allowedBytes_ = std::max<std::size_t>(leastBytes_, lesser + lesser / 2);
    }
    beganMs_ = nowMs;
    sentBefore_ = sentBytes;
}

} // namespace hookcast::srt
