#pragma once

#include "rtp/Packetizer.h"

#include <optional>

namespace hookcast::rtp {

/// RTP packets of any codec, with the header of this track: its SSRC, payload type and sequence numbers. Marker, CSRCs,
/// header extension and payload stay as they are; padding is left out. Bytes that are no RTP packet are dropped.
class OpaquePacketizer final : public Packetizer {
  public:
    explicit OpaquePacketizer(const PacketizerOptions& options) : Packetizer(options) {}
    void write(std::span<const base::ByteSpan> units, std::uint32_t rtpTimestamp, PacketSink& sink) override;

  private:
    void keepGap(std::uint16_t sequence);

    std::optional<std::uint16_t> latestSequence_; ///< of the packets that came
};

} // namespace hookcast::rtp
