#pragma once

#include "hub/WireFormat.h"
#include "media/Frame.h"
#include "outputs/DiskFile.h"

#include <cstdint>
#include <memory>
#include <string>

namespace hookcast::outputs {

/// One file of a recording. Blocks: for a disk thread.
///
/// In order: open(); write() and flush(), as often as wanted; finish() or discard(), once. After an error only
/// finish() or discard().
class RecordingFile {
  public:
    virtual ~RecordingFile() = default;

    /// Begins the file, for a stream that consists of what `headers` say.
    virtual DiskError open(const std::string& path, const hub::StreamHeaders& headers) = 0;

    /// Whether a codec configuration other than that of open() can follow in this file.
    virtual bool takesConfigs() const = 0;

    /// A media frame or, where they are taken, a codec configuration; times do not go back within a kind.
    virtual DiskError write(const media::Frame& frame, std::int64_t timestampMs) = 0;

    /// Hands the system what is held back, as far as the format can be cut there.
    virtual DiskError flush() = 0;

    /// Makes the file whole and gives it its name. With an error, the file is there all the same, as whole as it got.
    virtual DiskError finish() = 0;

    /// Leaves nothing of it.
    virtual void discard() = 0;

    /// Its name once it is complete.
    virtual const std::string& path() const = 0;
    virtual std::uint64_t sizeBytes() const = 0;

    /// Which codecs of the stream are not in it, for the log; empty: all are.
    virtual std::string leftOut() const { return {}; }
};

/// For a path that ends in .mp4 or .flv.
std::unique_ptr<RecordingFile> makeRecordingFile(const std::string& path);

} // namespace hookcast::outputs
