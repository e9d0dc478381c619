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
/// mp4TracksOf() leaves out are not in it.
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
    struct Track {
        media::FrameKind kind;
        media::Codec codec;
        AVStream* stream; ///< the muxer's
        std::int64_t latestDts = AV_NOPTS_VALUE;
    };

    static int onOutput(void* self, std::uint8_t* data, int size);
    DiskError fail(const std::string& what, int code);
    DiskError addTracks(const Mp4Tracks& tracks);
    DiskError begin();
    Track* trackOf(const media::Frame& frame);
    DiskError writePacket(Track& track, base::ByteSpan payload, std::int64_t dtsMs, std::int32_t ctsMs, bool isSync);

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
