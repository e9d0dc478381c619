#pragma once

#include "base/Bytes.h"
#include "base/Result.h"

#include <span>
#include <vector>

namespace hookcast::media {

// The two ways to write NAL units behind one another; both for H.264 and HEVC.

/// Appends to `units` views of the NAL units in `payload`, each behind its length in `lengthSizeBytes` (1 to 4) bytes
/// (ISO/IEC 14496-15, "AVCC"). Empty ones are left out. An error when a length reaches beyond the payload: `units` then
/// holds those before it.
base::Result<void> splitLengthPrefixed(base::ByteSpan payload, unsigned lengthSizeBytes,
                                       std::vector<base::ByteSpan>& units);

/// The same for a frame as publishers send it: one whose lengths make no sense, and which begins with a start code, is
/// split there. That is how some encoders write what should have lengths.
base::Result<void> splitFrame(base::ByteSpan payload, unsigned lengthSizeBytes, std::vector<base::ByteSpan>& units);

/// The reverse, with lengths of 4 bytes; appends to `out`. Units are shorter than 2^32 bytes.
void appendLengthPrefixed(std::span<const base::ByteSpan> units, base::Bytes& out);
void appendLengthPrefixed(std::span<const base::Bytes> units, base::Bytes& out);

/// Whether 00 00 01 or 00 00 00 01 stands at the beginning.
bool beginsWithStartCode(base::ByteSpan stream);

/// Appends to `units` views of the NAL units between start codes (H.264, annex B), without the zeros around them. What
/// stands before the first start code is no unit.
void splitAnnexB(base::ByteSpan stream, std::vector<base::ByteSpan>& units);

} // namespace hookcast::media
