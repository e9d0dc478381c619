#pragma once

#include "base/Bytes.h"
#include "media/LibavHandles.h"
#include "outputs/Mp4Tracks.h"
#include "outputs/RecordingFile.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace hookcast::outputs {

/// A recording as MP4, by libavformat. While it is written it is fragmented, so that it can be played up to its last
/// whole fragment whatever happens; when it is complete its packets are copied into a plain, seekable file. Codecs that
/// mp4TracksOf() leaves out are not in it. A track that begins late has an edit list.
class Mp4File final : public RecordingFile {
  public:
    Mp4File() = default;
    ~Mp4File() override = default;

    DiskError open(const std::string& path, const hub::StreamHeaders& headers) override;
    bool takesConfigs() const override { return false; }
    DiskError write(const media::Frame& frame, std::int64_t timestampMs) override;
    /// Fragments are written when they are whole.
    DiskError flush() override { return error_; }
    DiskError finish() override;
    void discard() override;
    const std::string& path() const override { return file_.path(); }
    std::uint64_t sizeBytes() const override { return size_; }
    std::string leftOut() const override { return leftOut_; }

  private:
    /// A frame that waits for the next one of its track, which tells how long it lasts: the muxer ends a fragment at
    /// any frame, and begins the next one where the last frame's duration says.
    struct Waiting {
        base::Bytes payload;
        std::int64_t dts;
        std::int64_t pts;
        bool isSync;
    };

    struct Track {
        media::FrameKind kind;
        media::Codec codec;
        AVStream* stream; ///< the muxer's
        std::optional<Waiting> waiting{};
        std::int64_t duration = 1; ///< of the frame before, in the stream's ticks
    };

    static int onOutput(void* self, std::uint8_t* data, int size);
    DiskError fail(const std::string& what, int code);
    DiskError addTracks(const Mp4Tracks& tracks);
    DiskError begin();
    Track* trackOf(const media::Frame& frame);
    DiskError take(Track& track, base::ByteSpan payload, std::int64_t dtsMs, std::int32_t ctsMs, bool isSync);
    DiskError writeWaiting(Track& track);

    // owned; destroyed from the last to the first: the muxer before what it writes to
    DiskFile file_;
    media::AvIoPtr io_;
    media::AvOutputPtr muxer_;
    media::AvPacketPtr packet_;
    // state
    std::array<std::optional<Track>, 2> tracks_;
    std::string leftOut_;
    DiskError error_; ///< the disk's, which libavformat only tells as a code
    std::uint64_t size_ = 0;
    bool begun_ = false;
};

} // namespace hookcast::outputs
