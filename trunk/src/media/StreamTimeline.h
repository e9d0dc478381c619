#pragma once

#include "config/Config.h"
#include "media/Frame.h"

#include <array>
#include <cstdint>
#include <optional>

namespace hookcast::media {

/// Puts the frames of one publication on the stream's timeline, as play.time_jitter says:
///
/// - Off: every frame has its publisher's own time; only the wrap of RTMP's 32 bits after 49.7 days is undone.
/// - Zero: the first picture or sound keeps its time if that is at most kLeadMs, else it has this time; so what comes
///   later and lies a little before it keeps its distance. Where players wait, all that goes on behind what they had.
/// - Full: the same, and a track whose time jumps goes on as if it had not. A jump is a step of more than kToleranceMs
///   back, or of so much more forward than time has passed: what is sent faster than it plays, in bursts or with few
///   pictures per second is none. A track that follows the other one's jump keeps its distance to it.
///
/// Zero and Full hand out no time before the beginning. Headers have no say in them: many publishers send those with
/// the time 0, whatever the time is.
class StreamTimeline {
  public:
    static constexpr std::int64_t kLeadMs = 500;
    static constexpr std::int64_t kToleranceMs = 1000;
    /// What a jump becomes.
    static constexpr std::int64_t kJumpBecomesMs = 10;

    struct Times {
        std::int64_t streamMs;
        std::int64_t publisherMs; ///< unwrapped
    };

    /// `resumeAtMs`: where an earlier publication's players are to see time go on; Off knows no such thing.
    StreamTimeline(config::TimeJitter mode, std::optional<std::int64_t> resumeAtMs);

    /// From here on as Off; before the first picture or sound.
    void keepPublisherTimes() { mode_ = config::TimeJitter::Off; }

    /// `nowMs`: when the frame came, by any clock that goes on evenly.
    Times place(FrameKind kind, FrameRole role, std::uint32_t timestampMs, std::int64_t nowMs);

    /// The largest time handed out; before the first, where the timeline begins.
    std::int64_t latestMs() const { return latestMs_; }

  private:
    struct Track {
        bool begun = false;
        std::int64_t publisherMs = 0; ///< of its newest frame
        std::int64_t cameAtMs = 0;
        std::int64_t offsetMs = 0; ///< from the publisher's time to the stream's
    };

    std::int64_t unwrap(std::uint32_t timestampMs);
    std::int64_t placeMedia(Track& track, const Track& other, std::int64_t publisherMs, std::int64_t nowMs);
    std::int64_t placeOther(const Track* track, std::int64_t publisherMs, std::int64_t nowMs) const;

    // given
    config::TimeJitter mode_;
    std::int64_t beginMs_;
    // state
    std::array<Track, 2> tracks_; ///< sound, pictures
    std::optional<std::int64_t> unwrappedMs_;
    std::int64_t latestMs_;
};

} // namespace hookcast::media
