#pragma once

#include <cstdint>

namespace hookcast::hls {

/// Where a stream is cut into segments.
///
/// - At the first keyframe at which a segment is as long as hls_fragment says, or sooner, at the last one before the
///   target duration, where keyframes come at a distance that goes over it.
/// - At any picture, where hls_wait_keyframe is off; of sound alone at any frame, and on the dot: what one segment has
///   too much the next one has less.
/// - With hls_ts_floor at the first keyframe after a multiple of hls_fragment by the calendar.
/// - Wherever it is, when a segment is hls_aof_ratio times too long.
///
/// Times in milliseconds, of the media.
class Cutter {
  public:
    struct Terms {
        std::int64_t fragmentMs = 10000;
        std::int64_t longestMs = 21000;
        std::int64_t targetMs = 10000; ///< the target duration
        bool hasVideo = true;
        bool waitsForKeyframe = true;
        bool cutsByClock = false;
    };

    /// What is known of a frame.
    struct Candidate {
        std::int64_t timeMs = 0;
        std::int64_t unixMs = 0;   ///< by the calendar
        bool isReference = true;   ///< a picture, or of sound alone a sound
        bool isIndependent = true; ///< decoding can begin with it
    };

    explicit Cutter(Terms terms) : terms_(terms) {}

    /// The target duration has become longer.
    void setTarget(std::int64_t targetMs) { terms_.targetMs = targetMs; }

    /// A segment begins with this one; `isFirst`: of a run.
    void begin(const Candidate& first, bool isFirst);

    /// Whether the segment ends before this one, which comes next.
    bool isDue(const Candidate& next);

  private:
    bool isLongEnough(const Candidate& next) const;

    // given
    Terms terms_;
    // state
    Candidate first_;             ///< of the segment
    std::int64_t onTheDotMs_ = 0; ///< when that should have been
    std::int64_t latestKeyMs_ = 0;
    std::int64_t gopMs_ = 0; ///< the newest distance of two keyframes; 0: not known
};

} // namespace hookcast::hls
