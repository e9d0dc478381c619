#pragma once

#include "base/Result.h"
#include "files/ServedFile.h"
#include "hooks/StreamKey.h"
#include "vod/MediaIndex.h"
#include "vod/TimeRange.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::vod {

/// A complete recording on the disk. Immutable; any thread.
struct RecordedFile {
    hooks::StreamKey key;
    std::string folder; ///< that nothing leads out of
    std::string path;   ///< beneath it
    std::string id;     ///< of this file as it is now: no two have the same, and it tells nothing of the path
    std::int64_t beganUnixMs = 0;
    std::int64_t durationMs = 0;
    std::uint64_t sizeBytes = 0;

    std::int64_t endedUnixMs() const { return beganUnixMs + durationMs; }

    /// An Error where it is gone, or another one. Waits for the disk.
    base::Result<files::ServedFile> open() const;
};

using RecordedFilePtr = std::shared_ptr<const RecordedFile>;

/// Files of one stream that follow each other without a gap, the oldest first.
struct RecordedRange {
    std::vector<RecordedFilePtr> files;

    std::int64_t fromUnixMs() const { return files.front()->beganUnixMs; }
    std::int64_t toUnixMs() const;
    std::int64_t durationMs() const;
    std::uint64_t sizeBytes() const;
};

/// Between two files of one range there is no more than this.
inline constexpr std::int64_t kLongestJoinMs = 2000;

/// `files`, in any order and of any streams, as ranges: by stream, then by time.
std::vector<RecordedRange> rangesOf(std::vector<RecordedFilePtr> files);

/// Of a file: the same for the same file as long as it does not change.
std::string fileIdOf(const std::string& realPath, std::uint64_t sizeBytes, std::int64_t changedAtUnixS);

} // namespace hookcast::vod
