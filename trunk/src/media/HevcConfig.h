#pragma once

#include "base/Bytes.h"
#include "base/Result.h"

#include <array>
#include <cstdint>
#include <vector>

namespace hookcast::media {

// HEVC (ITU-T H.265, ISO/IEC 14496-15). A NAL unit here always begins with its two header bytes and has no start code.

/// Types of NAL units that a server tells apart (H.265, table 7-1). 0 to 31 are slices, 16 to 23 of pictures that
/// decoding can begin with.
enum class HevcNalType : std::uint8_t { Vps = 32, Sps = 33, Pps = 34, AccessUnitDelimiter = 35 };

inline HevcNalType hevcNalType(base::ByteSpan unit) {
    return unit.size() < 2 ? HevcNalType{63} : static_cast<HevcNalType>((unit[0] >> 1U) & 0x3FU);
}

inline bool hevcIsSlice(base::ByteSpan unit) {
    return static_cast<unsigned>(hevcNalType(unit)) < 32;
}

/// An intra random access point (H.265, 3.69).
inline bool hevcIsRandomAccess(base::ByteSpan unit) {
    const auto type = static_cast<unsigned>(hevcNalType(unit));
    return type >= 16 && type <= 23;
}

/// What a sequence parameter set says (H.265, 7.3.2.2).
struct HevcSps {
    std::uint8_t profileSpace = 0;
    bool highTier = false;
    std::uint8_t profileIdc = 0;
    std::uint32_t profileCompatibilityFlags = 0;
    std::array<std::uint8_t, 6> constraintFlags{};
    std::uint8_t levelIdc = 0;
    std::uint32_t id = 0;
    std::uint32_t chromaFormatIdc = 1;
    std::uint32_t bitDepthLuma = 8;
    std::uint32_t bitDepthChroma = 8;
    std::uint32_t width = 0; ///< after cropping
    std::uint32_t height = 0;
    unsigned temporalLayers = 1;
    bool temporalIdNested = false;
    unsigned reorderFrames = 0; ///< sps_max_num_reorder_pics of the highest temporal layer

    static base::Result<HevcSps> parse(base::ByteSpan unit);
};

/// A stream's parameter sets.
struct HevcConfig {
    unsigned lengthSizeBytes = 4; ///< of the lengths before NAL units, in payloads that go with the record
    std::vector<base::Bytes> vps;
    std::vector<base::Bytes> sps;
    std::vector<base::Bytes> pps;

    /// Reads an HEVCDecoderConfigurationRecord ("hvcC", ISO/IEC 14496-15, 8.3.3.1).
    static base::Result<HevcConfig> readRecord(base::ByteSpan record);

    /// Writes one. An error when a VPS, SPS or PPS is missing, or one that the record cannot hold or that makes no
    /// sense.
    base::Result<base::Bytes> writeRecord() const;

    /// Takes in a parameter set that came in band: it replaces the one with its id, or joins them. Returns whether
    /// anything changed; other NAL units, and parameter sets too broken to have an id, change nothing.
    bool adopt(base::ByteSpan unit);

    bool complete() const { return !vps.empty() && !sps.empty() && !pps.empty(); }

    bool operator==(const HevcConfig&) const = default;
};

/// Whether a slice is the first of its picture: first_slice_segment_in_pic_flag (H.265, 7.3.6.1).
bool hevcBeginsPicture(base::ByteSpan slice);

} // namespace hookcast::media
