#pragma once

#include "base/Bytes.h"
#include "base/Result.h"

#include <vector>

namespace hookcast::media {

/// The parameter sets of an HEVC stream, as NAL units (HevcNal.h).
struct HevcConfig {
    unsigned lengthSizeBytes = 4; ///< of the lengths before NAL units, in payloads that go with the record
    std::vector<base::Bytes> vps;
    std::vector<base::Bytes> sps;
    std::vector<base::Bytes> pps;

    /// Reads an HEVCDecoderConfigurationRecord ("hvcC", ISO/IEC 14496-15, 8.3.3.1). It may lack parameter sets: see
    /// complete(). Instead of a record there may be a byte stream with all of them.
    static base::Result<HevcConfig> readRecord(base::ByteSpan record);

    /// Writes one. An error when a VPS, SPS or PPS is missing, or one that the record cannot hold or that makes no
    /// sense.
    base::Result<base::Bytes> writeRecord() const;

    /// Takes in a parameter set that came in band: it replaces the one with its id, or joins them. Returns whether
    /// anything changed; other NAL units, and parameter sets too broken to have an id, change nothing.
    bool adopt(base::ByteSpan unit);

    bool complete() const { return !vps.empty() && !sps.empty() && !pps.empty(); }

    bool operator==(const HevcConfig&) const = default;
};

} // namespace hookcast::media
