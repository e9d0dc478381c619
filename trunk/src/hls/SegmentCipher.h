#pragma once

#include "base/Result.h"
#include "config/HlsConfig.h"
#include "hls/Segment.h"
#include "hooks/StreamKey.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>

namespace hookcast::hls {

/// Encrypts one publication's segments by AES-128 (RFC 8216, 4.3.2.4): CBC with PKCS7 padding, a key for
/// hls_fragments_per_key segments, and an initialization vector of its own for each, so that segments that begin alike
/// are not seen to. One thread.
class SegmentCipher {
  public:
    SegmentCipher(const config::HlsConfig& hls, hooks::StreamKey stream)
        : keyFile_(hls.keyFile), keyUrl_(hls.keyUrl), segmentsPerKey_(hls.segmentsPerKey), stream_(std::move(stream)) {}

    /// An error where the stream's name cannot be one of a key's file.
    base::Result<void> check() const;

    /// Encrypts a segment that is complete but for this, whatever parts it has: it has one then.
    base::Result<void> seal(Segment& segment);

  private:
    std::string nameOf(std::uint64_t sequence, std::int64_t unixMs) const;
    base::Result<void> renew(const Segment& segment);

    // given
    std::string keyFile_;
    std::string keyUrl_;
    std::uint32_t segmentsPerKey_;
    hooks::StreamKey stream_;
    // state
    SegmentKey current_;         ///< but for the initialization vector
    std::uint32_t usesLeft_ = 0; ///< of the key
};

/// One AES block is added at most.
base::Result<BytesPtr> encryptSegment(const Segment& segment, const SegmentKey& key);

} // namespace hookcast::hls
