#pragma once

#include "base/Bytes.h"
#include "base/Result.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace hookcast::media {

/// What an AudioSpecificConfig says (ISO/IEC 14496-3, 1.6.2.1).
struct AacConfig {
    std::uint8_t objectType = 2;       ///< of the core: 2 is AAC-LC
    std::uint32_t sampleRate = 0;      ///< of the core, in Hz
    std::uint8_t channels = 0;         ///< 0: told by a program config element inside
    std::uint32_t frameSamples = 1024; ///< samples per frame of the core: 1024 or 960, or 512 or 480 (AAC-LD, AAC-ELD)
    bool sbr = false;                  ///< spectral band replication is signalled
    bool parametricStereo = false;
    std::uint32_t outputSampleRate = 0; ///< with SBR; else that of the core

    /// Tolerates what follows the parts it needs, and its absence.
    static base::Result<AacConfig> read(base::ByteSpan config);

    /// Writes one with explicit signalling of SBR, where there is any. An error when there is no way to write it.
    base::Result<base::Bytes> write() const;

    bool operator==(const AacConfig&) const = default;
};

/// The header before each AAC frame in an ADTS stream (ISO/IEC 14496-3, 1.A.3.2).
struct AdtsHeader {
    static constexpr std::size_t kSizeBytes = 7; ///< as written here, without CRC

    std::uint8_t objectType = 2; ///< 1 to 4
    std::uint32_t sampleRate = 0;
    std::uint8_t channels = 0;
    std::size_t headerBytes = kSizeBytes; ///< 9 when a CRC is there
    std::size_t frameBytes = 0;           ///< header included

    static base::Result<AdtsHeader> read(base::ByteSpan bytes);

    /// The header for a frame of `payloadBytes`. An error when ADTS cannot say it: more than 8191 bytes in all, object
    /// types over 4, unlisted sample rates, more than 7 channel configurations.
    static base::Result<std::array<std::uint8_t, kSizeBytes>> write(const AacConfig& config, std::size_t payloadBytes);
};

} // namespace hookcast::media
