#pragma once

#include "rtp/Depacketizer.h"

namespace hookcast::rtp {

/// Audio of a codec that is not known: one unit for each packet, whole. The marker says nothing about units there.
class OpaqueAudioDepacketizer final : public Depacketizer {
  public:
    std::vector<AccessUnit> push(const RtpPacketView& packet) override {
        std::vector<AccessUnit> out{AccessUnit::ofFrame(packet.header.timestamp, packet.whole)};
        out.front().complete = follows(packet.header);
        return out;
    }
};

} // namespace hookcast::rtp
