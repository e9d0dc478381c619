#pragma once

#include "config/Config.h"
#include "media/Frame.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace hookcast::media {

/// Puts the frames of one publication on the stream's timeline, as play.time_jitter says:
///
/// - Off: every frame has its publisher's own time; only the wrap of RTMP's 32 bits after 49.7 days is undone.
/// - Zero: the first picture or sound keeps its time if that is at most kLeadMs, else it has this time. Where players
///   wait, all that goes on behind what they had.
/// - Full: the same, and a track whose time jumps goes on as if it had not. A jump is a step of more than kToleranceMs
///   back, or of so much more forward than time has passed: what is sent faster than it plays, in bursts or with few
///   pictures per second is none. A track that follows the other one's jump keeps its distance to it.
///
/// Zero and Full hand out no time before the beginning, and never hold a track there until its clock gets that far. A
/// track that lies before the beginning keeps its distance to the others, which move on with it, when that is a matter
/// of kToleranceMs; a track with a clock of its own begins where the others are. Headers have no say in all this: many
/// publishers send those with the time 0, whatever the time is.
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

    /// `nowMs`: when the frame came, by any clock that goes on evenly. `track`: which one of its kind.
    Times place(FrameKind kind, FrameRole role, std::uint32_t timestampMs, std::int64_t nowMs, std::uint8_t track = 0);

    /// The largest time handed out; before the first, where the timeline begins.
    std::int64_t latestMs() const { return latestMs_; }

  private:
    struct Track {
        FrameKind kind;
        std::uint8_t number;
        std::int64_t publisherMs; ///< of its newest frame
        std::int64_t cameAtMs;
        std::int64_t offsetMs; ///< from the publisher's time to the stream's
    };

    Track* find(FrameKind kind, std::uint8_t number);
    std::int64_t unwrap(std::uint32_t timestampMs, const Track* track);
    std::int64_t placeMedia(Track* track, const Track& frame);
    std::int64_t placeOther(const Track* track, std::int64_t publisherMs, std::int64_t nowMs) const;
    std::int64_t offsetOfFirst(const Track& frame) const;
    std::int64_t offsetAfterJump(const Track& track, const Track& frame) const;
    const Track* followed(const Track& track, std::int64_t publisherMs) const;
    void moveBehindBeginning(Track& track, bool isNew);

    // given
    config::TimeJitter mode_;
    std::int64_t beginMs_;
    // state
    std::vector<Track> tracks_; ///< those that have begun
    std::optional<std::int64_t> unwrappedMs_;
    std::int64_t latestMs_;
};

} // namespace hookcast::media
