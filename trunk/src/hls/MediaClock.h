#pragma once

#include "media/Frame.h"

#include <array>
#include <cstdint>

namespace hookcast::hls {

/// The times of one run of segments, between two discontinuities: where a frame is in the media, and by the calendar.
/// Times are the publisher's (hls_dts_directly), as far as one track has them: the others keep their distance on the
/// stream's timeline, where a track with a clock of its own is in its place. Belongs to one loop.
class MediaClock {
  public:
    /// A track's time that goes back by more is a jump.
    static constexpr std::int64_t kBackMs = 1000;
    /// So is one that goes on by more, and by much more than the track's frames are apart.
    static constexpr std::int64_t kForwardMs = 3000;

    explicit MediaClock(bool keepsPublisherTimes) : keepsPublisherTimes_(keepsPublisherTimes) {}

    /// A run begins with `frame`, now, which is its publisher's track.
    void begin(const media::Frame& frame, std::int64_t unixMs);

    /// Whether `frame` cannot go on with this run; else it is noted.
    bool jumps(const media::Frame& frame);

    std::int64_t timeOf(const media::Frame& frame) const { return frame.dtsMs + offsetMs_; }

    /// What the calendar says, if it has not been set since the run began.
    std::int64_t unixMsAt(std::int64_t timeMs) const { return beganAtUnixMs_ + timeMs - beganAtMs_; }

    /// When what has been noted ends, as far as that can be known.
    std::int64_t endMs() const;

  private:
    struct Track {
        std::int64_t latestDtsMs = INT64_MIN; ///< none has come
        std::int64_t stepMs = 0;              ///< to that from the one before

        bool hasCome() const { return latestDtsMs != INT64_MIN; }
    };

    Track& trackOf(const media::Frame& frame) { return tracks_[frame.kind == media::FrameKind::Video ? 0 : 1]; }
    std::int64_t latestDtsMs() const;

    // given
    bool keepsPublisherTimes_;
    // state
    media::FrameKind reference_ = media::FrameKind::Audio;
    std::int64_t offsetMs_ = 0; ///< from the stream's time to that of the media
    std::int64_t beganAtMs_ = 0;
    std::int64_t beganAtUnixMs_ = 0;
    std::array<Track, 2> tracks_;
};

} // namespace hookcast::hls
