#pragma once

#include "base/Bytes.h"
#include "base/Result.h"

#include <cstdint>

namespace hookcast::media {

class BitReader;

/// What an AudioSpecificConfig says (ISO/IEC 14496-3, 1.6.2.1).
struct AacConfig {
    std::uint8_t objectType = 2;           ///< of the core: 2 is AAC-LC
    std::uint32_t sampleRate = 0;          ///< of the core, in Hz
    std::uint8_t channelConfiguration = 0; ///< 0: a program config element inside tells
    std::uint8_t channels = 0;             ///< that this makes
    std::uint32_t frameSamples = 1024;     ///< of the core: 1024 or 960; 512 or 480 for AAC-LD and AAC-ELD
    bool sbr = false;                      ///< spectral band replication is signalled
    bool parametricStereo = false;
    std::uint32_t outputSampleRate = 0; ///< with SBR, else that of the core

    /// Tolerates what follows the parts it needs.
    static base::Result<AacConfig> read(base::ByteSpan config);

    /// One in the middle of other bits, which has no end but its own: nothing may follow the parts that it needs.
    static base::Result<AacConfig> readCore(BitReader& reader);

    /// Writes one, with SBR signalled explicitly. An error for object types above 4 and for channelConfiguration 0,
    /// which say more than is kept here: pass on the bytes they came as.
    base::Result<base::Bytes> write() const;

    bool operator==(const AacConfig&) const = default;
};

} // namespace hookcast::media
