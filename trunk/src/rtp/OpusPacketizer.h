#pragma once

#include "rtp/Packetizer.h"

namespace hookcast::rtp {

/// Opus (RFC 7587): one Opus packet is one payload, whatever its size. What no RTP packet can hold is dropped.
class OpusPacketizer final : public Packetizer {
  public:
    explicit OpusPacketizer(const PacketizerOptions& options) : Packetizer(options) {}
    void write(std::span<const base::ByteSpan> units, std::uint32_t rtpTimestamp, PacketSink& sink) override;
};

} // namespace hookcast::rtp
