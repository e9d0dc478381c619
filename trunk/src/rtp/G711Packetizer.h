#pragma once

#include "rtp/Packetizer.h"

namespace hookcast::rtp {

/// G.711 (RFC 3551, 4.5.14), one channel: any number of samples is a payload; what does not fit goes into several
/// packets, each with the timestamp of its first sample.
class G711Packetizer final : public Packetizer {
  public:
    explicit G711Packetizer(const PacketizerOptions& options) : Packetizer(options) {}
    void write(std::span<const base::ByteSpan> units, std::uint32_t rtpTimestamp, PacketSink& sink) override;
};

} // namespace hookcast::rtp
