#pragma once

#include "rtp/NalPacketizer.h"

namespace hookcast::rtp {

/// HEVC (RFC 7798).
class HevcPacketizer final : public NalPacketizer {
  public:
    explicit HevcPacketizer(const PacketizerOptions& options) : NalPacketizer(options) {}

  private:
    FragmentHeader fragmentHeaderFor(base::ByteSpan unit) const override;
};

} // namespace hookcast::rtp
