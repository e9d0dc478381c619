#pragma once

#include "rtp/Packetizer.h"

namespace hookcast::rtp {

/// AAC as mpeg4-generic in the mode AAC-hbr (RFC 3640, 3.3.6): one frame in a packet, in fragments when it does not
/// fit. Frames of more than 8191 bytes, which the mode cannot carry, are dropped.
class AacPacketizer final : public Packetizer {
  public:
    explicit AacPacketizer(const PacketizerOptions& options) : Packetizer(options) {}
    void write(std::span<const base::ByteSpan> units, std::uint32_t rtpTimestamp, PacketSink& sink) override;
};

} // namespace hookcast::rtp
