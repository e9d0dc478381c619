#pragma once

#include "base/Bytes.h"
#include "media/MetadataTracks.h"
#include "outputs/RecordingFile.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace hookcast::outputs {

/// A recording as FLV (FLV 10.1, annex E): every frame as it was published, whatever its codec. It can be played as far
/// as it is written. Header, metadata and codec configurations promise no track that never comes: they begin with what
/// has come by then (StreamHeaders::audioSample, hasPictures), and what comes later is added.
class FlvFile final : public RecordingFile {
  public:
    DiskError open(const std::string& path, const hub::StreamHeaders& headers) override;
    bool takesConfigs() const override { return true; }
    DiskError write(const media::Frame& frame, std::int64_t timestampMs) override;
    DiskError flush() override;
    DiskError finish() override;
    void discard() override { file_.discard(); }
    const std::string& path() const override { return file_.path(); }
    std::uint64_t sizeBytes() const override { return file_.sizeBytes(); }

  private:
    bool isAnnounced(media::FrameKind kind) const {
        return kind == media::FrameKind::Audio ? tracks_.audio : tracks_.video;
    }
    DiskError announce(media::FrameKind kind, std::uint32_t timestampMs);
    void append(media::FrameKind kind, std::uint32_t timestampMs, base::ByteSpan body);

    // owned
    DiskFile file_;
    base::Bytes buffer_; ///< not yet written
    // state
    media::Tracks tracks_{false, false}; ///< announced in the header
    hub::StreamHeaders late_;            ///< configurations of tracks that are not there yet
    std::size_t durationOffset_ = 0;     ///< in the file
    std::size_t fileSizeOffset_ = 0;
    std::uint32_t latestMs_ = 0;
};

} // namespace hookcast::outputs
