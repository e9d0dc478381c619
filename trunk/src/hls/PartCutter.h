#pragma once

#include <algorithm>
#include <cstdint>

namespace hookcast::hls {

/// Where a segment of a low-latency stream is cut into parts: before the first picture (of sound alone: the first
/// sound) with which a part would be longer than the part target, and before a keyframe, where the part is not short.
///
/// The target is so many whole frames as go into hls_part: that is how parts are both never longer than it and at least
/// 85 % of it (RFC 8216bis, 4.4.4.9), as long as frames come at a steady rate.
///
/// Times in milliseconds, of the media.
class PartCutter {
  public:
    /// Two frames may each be rounded by almost one.
    static constexpr std::int64_t kRoundingMs = 2;

    /// `stepUs`: from frame to frame.
    static std::int64_t targetMs(std::int64_t partMs, std::int64_t stepUs) {
        const std::int64_t step = std::max<std::int64_t>(stepUs, 1);
        const std::int64_t frames = std::max<std::int64_t>((partMs + kRoundingMs) * 1000 / step, 1);
        return (frames * step + 999) / 1000 + kRoundingMs;
    }

    PartCutter(std::int64_t targetMs, std::int64_t stepUs) : targetMs_(targetMs), stepUs_(stepUs) {}

    /// The longest that a part may be.
    std::int64_t targetMs() const { return targetMs_; }

    void begin(std::int64_t timeMs) { beganMs_ = timeMs; }
    std::int64_t beganMs() const { return beganMs_; }

    /// Whether the part ends before a frame. One that is no `isReference` ends it where those have failed to come for
    /// another part's length.
    bool isDue(std::int64_t timeMs, bool isReference, bool isKeyframe) const {
        const std::int64_t lengthMs = timeMs - beganMs_;
        if (!isReference) return lengthMs > 2 * targetMs_;
        return lengthMs * 1000 + stepUs_ > targetMs_ * 1000 || (isKeyframe && lengthMs * 2 >= targetMs_);
    }

    /// When a part ends that is cut before a frame at `timeMs`: what it has too much is the next one's.
    std::int64_t endMs(std::int64_t timeMs) const { return std::clamp(timeMs, beganMs_ + 1, beganMs_ + targetMs_); }

  private:
    // given
    std::int64_t targetMs_;
    std::int64_t stepUs_;
    // state
    std::int64_t beganMs_ = 0;
};

} // namespace hookcast::hls
