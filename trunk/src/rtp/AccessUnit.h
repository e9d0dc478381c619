#pragma once

#include "base/Bytes.h"

#include <cstdint>
#include <vector>

namespace hookcast::rtp {

/// What belongs to one moment of one track.
struct AccessUnit {
    std::uint32_t rtpTimestamp = 0;

    /// H.264 and HEVC: the NAL units in order, parameter sets included, without start codes. AAC, Opus, G.711, MP3: one
    /// frame. Any other codec: the RTP packets, whole.
    std::vector<base::Bytes> units;

    /// Decoding can begin here. Always true for audio; of a codec that is not known, never.
    bool keyframe = false;

    /// Parameter sets are among the units (AvcConfig::adopt, HevcConfig::adopt).
    bool hasParameterSets = false;

    /// False when packets were lost right before this unit that may have been its beginning, which only happens with
    /// codecs that are not known. A unit that certainly lacks something is never delivered.
    bool complete = true;

    /// Of audio, which is one piece each time.
    static AccessUnit ofFrame(std::uint32_t rtpTimestamp, base::ByteSpan data) {
        AccessUnit unit;
        unit.rtpTimestamp = rtpTimestamp;
        unit.units.emplace_back(data.begin(), data.end());
        unit.keyframe = true;
        return unit;
    }
};

} // namespace hookcast::rtp
