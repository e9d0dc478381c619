#pragma once

#include "base/Bytes.h"
#include "base/Result.h"
#include "media/BitReader.h"

#include <cstddef>
#include <cstdint>

namespace hookcast::rtp {

/// How AAC frames lie in LATM (ISO/IEC 14496-3, 1.7.3): a StreamMuxConfig of one programme and one layer, as everybody
/// sends it.
struct LatmConfig {
    unsigned frames = 1;                ///< in one AudioMuxElement
    std::size_t fixedFrameBytes = 0;    ///< 0: each frame tells its size
    std::uint32_t otherDataBits = 0;    ///< behind the frames
    base::Bytes audioSpecificConfig;    ///< aligned to bytes
    std::uint32_t frameSamples = 1024;  ///< of the output, so with SBR twice that of the core
    std::uint32_t outputSampleRate = 0; ///< in Hz

    /// An error for what is no AAC, has several layers, or sizes of frames in other ways.
    /// `endBits`: the position where it ends, in bits; 0: only it itself can tell.
    static base::Result<LatmConfig> read(media::BitReader& reader, std::size_t endBits = 0);
    static base::Result<LatmConfig> read(base::ByteSpan bytes);
};

} // namespace hookcast::rtp
