#pragma once

#include "base/Bytes.h"
#include "vod/MediaIndex.h"

#include <cstdint>

namespace hookcast::vod {

/// Before this no segment's time is: decode times may lie before presentation begins.
inline constexpr std::int64_t kLeadInMs = 10'000;

/// The frames as a segment of MPEG-TS (RFC 8216, 3.2): PAT and PMT in front. `startMs` + kLeadInMs is where their
/// time 0 is, which is when the part begins that they are. Empty where MPEG-TS carries none of it.
base::Bytes makeTsSegment(MediaFrames frames, std::int64_t startMs);

} // namespace hookcast::vod
