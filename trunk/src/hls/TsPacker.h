#pragma once

#include "hls/Packer.h"
#include "media/TsMuxer.h"

namespace hookcast::hls {

/// Segments of MPEG-TS: each begins with PAT and PMT.
class TsPacker final : public Packer {
  public:
    explicit TsPacker(const PackedTracks& tracks);

    void beginSegment() override { muxer_.repeatTables(); }
    void add(const MediaFrame& frame) override;
    base::Bytes take(std::int64_t endMs) override;
    std::size_t sizeBytes() const override { return packets_.size(); }

  private:
    // owned
    media::TsMuxer muxer_;
    base::Bytes packets_;
};

} // namespace hookcast::hls
