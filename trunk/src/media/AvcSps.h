#pragma once

#include "base/Bytes.h"
#include "base/Result.h"

#include <cstdint>
#include <optional>

namespace hookcast::media {

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

    /// `unit`: with its header byte.
    static base::Result<AvcSps> parse(base::ByteSpan unit);
};

} // namespace hookcast::media
