#pragma once

#include "base/Result.h"
#include "vod/IndexCache.h"
#include "vod/MediaIndex.h"
#include "vod/RecordingList.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::vod {

/// Which part of which file a segment is; in a URL, `recording-FILE-FIRST-LAST-START.ts`.
struct SegmentName {
    std::string fileId;
    std::size_t first = 0;    ///< point of the file's index
    std::size_t last = 0;     ///< the first one that is not in it any more
    std::int64_t startMs = 0; ///< in the playlist, not in the file

    std::string text() const;

    /// Nothing for anything but what text() gives.
    static std::optional<SegmentName> parse(std::string_view text);

    bool operator==(const SegmentName&) const = default;
};

struct VodSegment {
    SegmentName name;
    std::int64_t durationMs = 0;
    std::int64_t unixMs = 0;     ///< when its first frame was recorded
    bool isContinuation = false; ///< it follows the one before it in one file
};

/// What of `files`, in the order of time, is in `range`: whole groups of pictures, of which several make a segment of
/// about kSegmentMs. Each file is played whole, also where the next one has begun before this one's media end, as it is
/// when a publisher sends faster than time goes.
std::vector<VodSegment> cutSegments(const std::vector<IndexedFile>& files, const TimeRange& range);

inline constexpr std::int64_t kSegmentMs = 6000;

/// More than a day is an Error, and so is a text of more than kMostPlaylistBytes: clients ask for less.
inline constexpr std::int64_t kMostPlaylistMs = 24 * 3600 * std::int64_t{1000};
inline constexpr std::size_t kMostPlaylistBytes = 8 * 1024 * 1024;

/// The playlist (RFC 8216): VOD, complete; `query`, which begins with `?`, stands behind each segment's name.
base::Result<std::string> writePlaylist(const std::vector<VodSegment>& segments, std::string_view query);

} // namespace hookcast::vod
