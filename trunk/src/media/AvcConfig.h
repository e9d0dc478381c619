#pragma once

#include "base/Bytes.h"
#include "base/Result.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace hookcast::media {

// H.264 (ITU-T H.264, ISO/IEC 14496-15). A NAL unit here always begins with its header byte and has no start code.

/// Types of NAL units that a server tells apart (H.264, table 7-1).
enum class AvcNalType : std::uint8_t { Slice = 1, IdrSlice = 5, Sei = 6, Sps = 7, Pps = 8, AccessUnitDelimiter = 9 };

inline AvcNalType avcNalType(base::ByteSpan unit) {
    return unit.empty() ? AvcNalType{0} : static_cast<AvcNalType>(unit[0] & 0x1FU);
}

/// What a sequence parameter set says (H.264, 7.3.2.1.1 and annex E).
struct AvcSps {
    std::uint8_t profileIdc = 0;
    std::uint8_t constraintFlags = 0; ///< the byte between profile_idc and level_idc
    std::uint8_t levelIdc = 0;
    std::uint32_t id = 0;
    std::uint32_t chromaFormatIdc = 1;
    std::uint32_t bitDepthLuma = 8;
    std::uint32_t bitDepthChroma = 8;
    std::uint32_t width = 0; ///< after cropping
    std::uint32_t height = 0;
    std::optional<double> framesPerSecond; ///< when the VUI tells

    /// How many frames may precede another in decoding order and follow it in output order; none: it is not told.
    std::optional<unsigned> reorderFrames;

    static base::Result<AvcSps> parse(base::ByteSpan unit);
};

/// A stream's parameter sets.
struct AvcConfig {
    unsigned lengthSizeBytes = 4; ///< of the lengths before NAL units, in payloads that go with the record
    std::vector<base::Bytes> sps;
    std::vector<base::Bytes> pps;

    /// Reads an AVCDecoderConfigurationRecord ("avcC", ISO/IEC 14496-15, 5.3.3.1). One without parameter sets is none.
    static base::Result<AvcConfig> readRecord(base::ByteSpan record);

    /// Writes one. An error when there is no SPS or PPS, or one that the record cannot hold or that makes no sense.
    base::Result<base::Bytes> writeRecord() const;

    /// Takes in an SPS or PPS that came in band: it replaces the one with its id, or joins them. Returns whether
    /// anything changed; other NAL units, and parameter sets too broken to have an id, change nothing.
    bool adopt(base::ByteSpan unit);

    bool complete() const { return !sps.empty() && !pps.empty(); }

    bool operator==(const AvcConfig&) const = default;
};

/// Whether a slice is the first of its picture: first_mb_in_slice is 0 (H.264, 7.3.3).
bool avcBeginsPicture(base::ByteSpan slice);

/// Whether decoding can begin at a picture with this unit though it is no IDR: an SEI with a recovery point
/// (H.264, D.2.8).
bool avcHasRecoveryPoint(base::ByteSpan sei);

} // namespace hookcast::media
