#pragma once

#include "rtp/Packetizer.h"

namespace hookcast::rtp {

/// MPEG audio (RFC 2250, 3.5): one frame in a packet, in fragments when it does not fit. What the offset of a fragment
/// cannot say, beyond 65535 bytes, is dropped.
class Mp3Packetizer final : public Packetizer {
  public:
    explicit Mp3Packetizer(const PacketizerOptions& options) : Packetizer(options) {}
    void write(std::span<const base::ByteSpan> units, std::uint32_t rtpTimestamp, PacketSink& sink) override;
};

} // namespace hookcast::rtp
