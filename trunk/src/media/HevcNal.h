#pragma once

#include "base/Bytes.h"

#include <cstdint>

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

/// Whether a slice is the first of its picture: first_slice_segment_in_pic_flag (H.265, 7.3.6.1).
inline bool hevcBeginsPicture(base::ByteSpan slice) {
    return slice.size() > 2 && (slice[2] & 0x80U) != 0;
}

} // namespace hookcast::media
