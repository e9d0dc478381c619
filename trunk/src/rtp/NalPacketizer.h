#pragma once

#include "rtp/Packetizer.h"

#include <array>

namespace hookcast::rtp {

/// What the payload formats of H.264 and HEVC have in common: NAL units alone in a packet, or in fragments when they do
/// not fit. The marker is on the last packet of the access unit.
class NalPacketizer : public Packetizer {
  public:
    void write(std::span<const base::ByteSpan> units, std::uint32_t rtpTimestamp, PacketSink& sink) final;

  protected:
    using Packetizer::Packetizer;

    /// What stands before each fragment of a NAL unit: its header with the type of a fragmentation unit, then the FU
    /// header with the unit's own type.
    struct FragmentHeader {
        std::array<std::uint8_t, 3> bytes{};
        std::size_t sizeBytes = 0;
    };

    /// `unit` is longer than kMinMtuBytes.
    virtual FragmentHeader fragmentHeaderFor(base::ByteSpan unit) const = 0;

  private:
    void writeFragments(base::ByteSpan unit, bool isLastUnit, std::uint32_t rtpTimestamp, PacketSink& sink);
};

} // namespace hookcast::rtp
