#pragma once

#include "rtp/NalPacketizer.h"

namespace hookcast::rtp {

/// H.264 in its non-interleaved mode (RFC 6184).
class AvcPacketizer final : public NalPacketizer {
  public:
    explicit AvcPacketizer(const PacketizerOptions& options) : NalPacketizer(options) {}

  private:
    FragmentHeader fragmentHeaderFor(base::ByteSpan unit) const override;
};

} // namespace hookcast::rtp
