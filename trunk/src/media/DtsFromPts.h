#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace hookcast::media {

/// When to decode and when to show a frame, in 90 kHz ticks.
struct FrameTimes {
    std::int64_t dts = 0;
    std::int64_t pts = 0;

    bool operator==(const FrameTimes&) const = default;
};

/// Finds decode times for frames that come in decoding order with their presentation times only, as in RTP.
///
/// What it returns always has dts strictly rising and dts <= pts. With a reorder depth of `d`, the decode time of a
/// frame is the (d+1)-th largest presentation time so far, which is the latest that the frames behind it allow; the
/// first d frames get times before the first presentation time, one frame duration apart.
///
/// When the depth is not known it is measured: during the first kLearningFrames frames decode times advance only by
/// kCrawlTicks each, so that whatever order shows up can still be met. A depth that turns out too small is raised; the
/// frame that showed it comes too late to be shown in time, so its pts is raised to its dts (counted in lateFrames()),
/// and decode times crawl until they are back where the larger depth wants them.
///
/// Presentation times must lie on a timeline that does not start anew.
class DtsFromPts {
  public:
    static constexpr unsigned kMaxReorderDepth = 16; ///< MaxDpbFrames (H.264, A.3.1 and H.265, A.4.2)
    static constexpr unsigned kLearningFrames = 8;
    static constexpr std::int64_t kCrawlTicks = 90;

    /// `reorderDepth`: as the SPS says; none: unknown. `frameTicks`: the duration of a frame, where known; any value
    /// above 0 keeps what is promised above.
    explicit DtsFromPts(std::optional<unsigned> reorderDepth, std::int64_t frameTicks = 3600);

    FrameTimes place(std::int64_t pts);

    unsigned reorderDepth() const { return depth_; }
    std::uint64_t lateFrames() const { return lateFrames_; }

  private:
    std::int64_t wantedDts() const;

    // given
    std::int64_t frameTicks_;

    // state
    unsigned depth_;
    unsigned learningFramesLeft_;
    std::vector<std::int64_t> largest_; ///< presentation times so far: the kMaxReorderDepth + 1 largest, sorted
    std::int64_t firstPts_ = 0;
    std::optional<std::int64_t> latestDts_;
    std::uint64_t lateFrames_ = 0;
};

} // namespace hookcast::media
