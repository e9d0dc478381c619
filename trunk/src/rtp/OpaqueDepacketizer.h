#pragma once

#include "rtp/GroupingDepacketizer.h"

namespace hookcast::rtp {

/// Video of a codec that is not known: whole packets, one unit for each timestamp.
class OpaqueDepacketizer final : public GroupingDepacketizer {
  public:
    explicit OpaqueDepacketizer(std::size_t maxUnitBytes) : GroupingDepacketizer(maxUnitBytes) {}

  private:
    void take(const RtpPacketView& packet) override { add(packet.whole, {}); }
    Beginning beginning() const override { return Beginning::Unknown; }
    bool continuesUnit(const RtpPacketView& /*packet*/) const override { return false; }
    void distrustMarkers() override {} // whether a unit goes on cannot be seen
};

} // namespace hookcast::rtp
