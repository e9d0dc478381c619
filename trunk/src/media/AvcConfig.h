#pragma once

#include "base/Bytes.h"
#include "base/Result.h"

#include <vector>

namespace hookcast::media {

/// The parameter sets of an H.264 stream, as NAL units (AvcNal.h).
struct AvcConfig {
    unsigned lengthSizeBytes = 4; ///< of the lengths before NAL units, in payloads that go with the record
    std::vector<base::Bytes> sps;
    std::vector<base::Bytes> pps;

    /// Reads an AVCDecoderConfigurationRecord ("avcC", ISO/IEC 14496-15, 5.3.3.1). It may lack parameter sets: see
    /// complete(). Instead of a record there may be a byte stream with all of them.
    static base::Result<AvcConfig> readRecord(base::ByteSpan record);

    /// Writes one. An error when there is no SPS or PPS, or one that the record cannot hold or that makes no sense.
    base::Result<base::Bytes> writeRecord() const;

    /// Takes in an SPS or PPS that came in band: it replaces the one with its id, or joins them. Returns whether
    /// anything changed; other NAL units, and parameter sets too broken to have an id, change nothing.
    bool adopt(base::ByteSpan unit);

    bool complete() const { return !sps.empty() && !pps.empty(); }

    bool operator==(const AvcConfig&) const = default;
};

} // namespace hookcast::media
