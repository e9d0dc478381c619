#pragma once

#include "base/Bytes.h"
#include "base/Result.h"

#include <array>
#include <cstdint>

namespace hookcast::media {

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

    /// `unit`: with its two header bytes.
    static base::Result<HevcSps> parse(base::ByteSpan unit);
};

} // namespace hookcast::media
