#pragma once

#include "rtp/NalDepacketizer.h"

namespace hookcast::rtp {

/// HEVC (RFC 7798) without decoding order numbers: single NAL units, AP, FU. PACI packets are refused.
class HevcDepacketizer final : public NalDepacketizer {
  public:
    explicit HevcDepacketizer(std::size_t maxUnitBytes) : NalDepacketizer(maxUnitBytes) {}

  private:
    void take(const RtpPacketView& packet) override;
    bool continuesUnit(const RtpPacketView& packet) const override;
    NalTraits traitsOf(base::ByteSpan unit) const override;
};

} // namespace hookcast::rtp
