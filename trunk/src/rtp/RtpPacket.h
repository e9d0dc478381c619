#pragma once

#include "base/Bytes.h"
#include "base/Result.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace hookcast::rtp {

/// The fixed part of an RTP header (RFC 3550, 5.1).
struct RtpHeader {
    static constexpr std::size_t kSizeBytes = 12;

    bool marker = false;
    std::uint8_t payloadType = 0; ///< 0 to 127
    std::uint16_t sequence = 0;
    std::uint32_t timestamp = 0;
    std::uint32_t ssrc = 0;

    /// Without CSRCs, extension and padding.
    std::array<std::uint8_t, kSizeBytes> bytes() const;
};

/// An RTP packet in bytes that someone else owns.
struct RtpPacketView {
    RtpHeader header;
    std::uint8_t csrcCount = 0;
    bool hasExtension = false;
    base::ByteSpan payload; ///< without padding
    base::ByteSpan whole;   ///< the packet as it came

    static base::Result<RtpPacketView> parse(base::ByteSpan packet);
};

/// How far `sequence` is ahead of `reference`, negative when it is behind: the difference modulo 2^16.
inline int sequenceDistance(std::uint16_t sequence, std::uint16_t reference) {
    return static_cast<std::int16_t>(static_cast<std::uint16_t>(sequence - reference));
}

} // namespace hookcast::rtp
