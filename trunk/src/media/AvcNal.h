#pragma once

#include "base/Bytes.h"

#include <cstdint>

namespace hookcast::media {

// H.264 (ITU-T H.264, ISO/IEC 14496-15). A NAL unit here always begins with its header byte and has no start code.

/// Types of NAL units that a server tells apart (H.264, table 7-1).
enum class AvcNalType : std::uint8_t { Slice = 1, IdrSlice = 5, Sei = 6, Sps = 7, Pps = 8, AccessUnitDelimiter = 9 };

inline AvcNalType avcNalType(base::ByteSpan unit) {
    return unit.empty() ? AvcNalType{0} : static_cast<AvcNalType>(unit[0] & 0x1FU);
}

/// Whether a slice is the first of its picture: first_mb_in_slice is 0 (H.264, 7.3.3).
bool avcBeginsPicture(base::ByteSpan slice);

/// Whether decoding can begin at a picture with this unit though it is no IDR: an SEI with a recovery point
/// (H.264, D.2.8).
bool avcHasRecoveryPoint(base::ByteSpan sei);

} // namespace hookcast::media
