#pragma once

#include "base/Bytes.h"
#include "base/Result.h"
#include "media/Codec.h"

#include <vector>

namespace hookcast::media {

/// Writes access units of H.264 or HEVC as a byte stream (annex B of either): each begins with an access unit
/// delimiter, as MPEG-TS demands, and a keyframe has the parameter sets in front, so that a player may join there.
class AnnexBWriter {
  public:
    /// `record`: an AVCDecoderConfigurationRecord or HEVCDecoderConfigurationRecord; `codec` says which.
    static base::Result<AnnexBWriter> create(Codec codec, base::ByteSpan record);

    /// `payload`: NAL units behind their lengths. What is returned is valid until the next call. An error when a
    /// length reaches beyond the payload.
    base::Result<base::ByteSpan> write(base::ByteSpan payload, bool isKeyframe);

  private:
    explicit AnnexBWriter(Codec codec) : codec_(codec) {}

    bool isDelimiter(base::ByteSpan unit) const;
    bool isParameterSet(base::ByteSpan unit) const;
    void appendUnit(base::ByteSpan unit);

    // given
    Codec codec_;
    unsigned lengthSizeBytes_ = 4;
    // owned
    base::Bytes parameterSets_;         ///< with start codes
    std::vector<base::ByteSpan> units_; ///< of the access unit being written
    base::Bytes out_;
};

} // namespace hookcast::media
