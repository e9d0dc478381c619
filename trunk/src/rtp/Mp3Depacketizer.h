#pragma once

#include "rtp/Depacketizer.h"

#include <cstddef>
#include <cstdint>

namespace hookcast::rtp {

/// MPEG audio (RFC 2250, 3.5): whole frames, or one frame in fragments. Several frames in a packet become several
/// units. The RTP clock is 90 kHz.
class Mp3Depacketizer final : public Depacketizer {
  public:
    std::vector<AccessUnit> push(const RtpPacketView& packet) override;

  private:
    void takeFrames(std::uint32_t rtpTimestamp, base::ByteSpan data, std::vector<AccessUnit>& out);
    void takeFragment(std::size_t offset, base::ByteSpan data, std::vector<AccessUnit>& out);
    void discardFragments();

    AccessUnit fragmented_;         ///< being put together when fragmentBytes_ is not 0
    std::size_t fragmentBytes_ = 0; ///< of the whole frame
};

} // namespace hookcast::rtp
