#pragma once

#include "rtp/NalDepacketizer.h"

namespace hookcast::rtp {

/// H.264 in its non-interleaved mode (RFC 6184): single NAL units, STAP-A, FU-A. The packets of the interleaved mode
/// (STAP-B, MTAP, FU-B) are refused.
class AvcDepacketizer final : public NalDepacketizer {
  public:
    explicit AvcDepacketizer(std::size_t maxUnitBytes) : NalDepacketizer(maxUnitBytes) {}

  private:
    void take(const RtpPacketView& packet) override;
    bool continuesUnit(const RtpPacketView& packet) const override;
    NalTraits traitsOf(base::ByteSpan unit) const override;
};

} // namespace hookcast::rtp
