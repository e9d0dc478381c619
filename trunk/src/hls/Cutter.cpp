#include "hls/Cutter.h"

#include <algorithm>

namespace hookcast::hls {

namespace {

/// A segment's duration is rounded to seconds before it is compared with the target duration (RFC 8216, 4.3.3.1).
constexpr std::int64_t kRoundedAwayMs = 499;
/// Keyframes that come a little too soon, as times are in whole milliseconds, are good all the same.
constexpr std::int64_t kMostSlackMs = 100;
constexpr std::int64_t kSlackShare = 20;

} // namespace

void Cutter::begin(const Candidate& first, bool isFirst) {
    const std::int64_t dueMs = onTheDotMs_ + terms_.fragmentMs;
    const bool keepsTime = !isFirst && !terms_.hasVideo && first.timeMs - dueMs < terms_.fragmentMs;
    onTheDotMs_ = keepsTime ? dueMs : first.timeMs;
    if (isFirst) gopMs_ = 0;
    if (isFirst) latestKeyMs_ = first.timeMs;
    first_ = first;
}

bool Cutter::isDue(const Candidate& next) {
    const std::int64_t lengthMs = next.timeMs - first_.timeMs;
    if (terms_.hasVideo && next.isReference && next.isIndependent && next.timeMs > latestKeyMs_) {
        gopMs_ = next.timeMs - latestKeyMs_;
        latestKeyMs_ = next.timeMs;
    }
    if (lengthMs <= 0) return false;
    if (lengthMs >= terms_.longestMs) return true;
    if (!next.isReference || (terms_.waitsForKeyframe && !next.isIndependent)) return false;
    if (isLongEnough(next)) return true;
    return next.isIndependent && gopMs_ > 0 && lengthMs + gopMs_ > terms_.targetMs + kRoundedAwayMs;
}

bool Cutter::isLongEnough(const Candidate& next) const {
    const std::int64_t slackMs = std::min(terms_.fragmentMs / kSlackShare, kMostSlackMs);
    if (terms_.cutsByClock)
        return (next.unixMs + slackMs) / terms_.fragmentMs > (first_.unixMs + slackMs) / terms_.fragmentMs;
    if (!terms_.hasVideo) return next.timeMs >= onTheDotMs_ + terms_.fragmentMs;
    return next.timeMs - first_.timeMs + slackMs >= terms_.fragmentMs;
}

} // namespace hookcast::hls
