#pragma once

#include "rtp/Depacketizer.h"

namespace hookcast::rtp {

/// Audio of a codec that is not known: one unit for each packet, whole. The marker says nothing about units there.
class OpaqueAudioDepacketizer final : public Depacketizer {
  public:
    std::vector<AccessUnit> push(const RtpPacketView& packet) override {
        std::vector<AccessUnit> out;
        AccessUnit& unit = out.emplace_back();
        unit.complete = follows(packet.header);
        unit.rtpTimestamp = packet.header.timestamp;
        unit.units.emplace_back(packet.whole.begin(), packet.whole.end());
        unit.keyframe = true;
        return out;
    }
};

} // namespace hookcast::rtp
