#pragma once

#include "base/Bytes.h"
#include "base/Result.h"
#include "media/AacConfig.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace hookcast::media {

/// The header before each AAC frame in an ADTS stream (ISO/IEC 14496-3, 1.A.3.2).
struct AdtsHeader {
    static constexpr std::size_t kSizeBytes = 7; ///< without CRC

    std::uint8_t objectType = 2; ///< 1 to 4
    std::uint32_t sampleRate = 0;
    std::uint8_t channelConfiguration = 0;
    std::size_t headerBytes = kSizeBytes; ///< 9 when there is a CRC
    std::size_t frameBytes = 0;           ///< header included

    static base::Result<AdtsHeader> read(base::ByteSpan bytes);

    /// The header, without CRC, for a frame of `payloadBytes`. An error when ADTS cannot say it: more than 8191 bytes
    /// in all, object types above 4, a sample rate that is not in its table, a channel configuration above 7.
    static base::Result<std::array<std::uint8_t, kSizeBytes>> write(const AacConfig& config, std::size_t payloadBytes);
};

} // namespace hookcast::media
