#pragma once

#include "rtp/Depacketizer.h"

namespace hookcast::rtp {

/// Codecs with one frame in each packet: Opus (RFC 7587) and G.711 (RFC 3551, 4.5.14), where the frame is the payload.
class FrameDepacketizer final : public Depacketizer {
  public:
    std::vector<AccessUnit> push(const RtpPacketView& packet) override {
        follows(packet.header);
        std::vector<AccessUnit> out;
        if (packet.payload.empty()) return out;
        out.push_back(AccessUnit::ofFrame(packet.header.timestamp, packet.payload));
        return out;
    }
};

} // namespace hookcast::rtp
