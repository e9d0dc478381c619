#pragma once

#include "base/Bytes.h"
#include "base/Result.h"

#include <cstddef>
#include <cstdint>

namespace hookcast::media {

/// The header of an MPEG-1, MPEG-2 or MPEG-2.5 audio frame (ISO/IEC 11172-3, 2.4.1.3).
struct Mp3Header {
    static constexpr std::size_t kSizeBytes = 4;

    std::uint8_t layer = 3; ///< 1 to 3
    std::uint32_t sampleRate = 0;
    std::uint8_t channels = 0;
    std::uint32_t frameSamples = 0;
    std::size_t frameBytes = 0; ///< header included

    /// Reads the first four bytes of `frame`. An error for free-format frames, whose length is not told.
    static base::Result<Mp3Header> read(base::ByteSpan frame);
};

} // namespace hookcast::media
