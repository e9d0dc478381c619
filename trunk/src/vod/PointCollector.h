#pragma once

#include "media/Frame.h"
#include "vod/MediaIndex.h"

#include <cstdint>
#include <optional>

namespace hookcast::vod {

/// Makes an index of a file's frames, told one after another: decides where to cut, and how long the file is. Belongs
/// to one thread.
class PointCollector {
  public:
    /// A picture or sound at `timeMs` of the file's own times.
    void take(media::FrameKind kind, bool isKeyframe, std::int64_t timeMs, std::uint64_t offset, std::uint32_t configs);

    /// Completes what is found; an Error where nothing was.
    base::Result<MediaIndex> finish(MediaIndex index);

  private:
    /// Of pictures, or of sound.
    struct Track {
        std::optional<std::int64_t> latestMs{};
        std::int64_t stepMs = 0; ///< from one frame to the next
        std::vector<MediaIndex::Point> points{};

        std::int64_t endMs() const { return latestMs ? *latestMs + stepMs : 0; }
    };

    static void add(Track& track, const MediaIndex::Point& point);

    // state
    std::optional<MediaIndex::Point> first_;
    Track video_;
    Track audio_;
};

} // namespace hookcast::vod
