#pragma once

#include "hls/Packer.h"
#include "media/CmafTrack.h"
#include "media/CmafWriter.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hookcast::hls {

/// Segments of fragmented MP4, pictures and sound in one file, a fragment for each take(). Frames are copied once, into
/// the fragment.
///
/// Pictures have the publisher's times; a sound begins where the one before it ends, as long as its time, which is in
/// whole milliseconds, does not differ by a frame.
class Fmp4Packer final : public Packer {
  public:
    /// Null where a track cannot be read.
    static std::unique_ptr<Fmp4Packer> create(const PackedTracks& tracks);

    void beginSegment() override {}
    void add(const MediaFrame& frame) override;
    base::Bytes take(std::int64_t endMs) override;
    std::size_t sizeBytes() const override { return waitingBytes_; }
    base::Bytes init() const override;

  private:
    struct Track {
        media::CmafTrack facts;
        std::vector<media::FramePtr> frames; ///< that the samples are in
        media::CmafRun run;
        std::optional<std::int64_t> nextDts; ///< of sound: where the next one begins; of pictures: not before
        std::uint32_t latestDuration = 0;
    };

    Fmp4Packer() = default;
    void addTrack(media::CmafTrack facts);
    Track* trackOf(bool isVideo);
    static std::int64_t dtsOf(Track& track, const MediaFrame& frame);
    static void setDurations(Track& track, std::int64_t endMs);

    // state
    std::vector<Track> tracks_;
    std::uint32_t fragments_ = 0;
    std::size_t waitingBytes_ = 0;
};

} // namespace hookcast::hls
