#pragma once

#include "rtsp/NalPacketizer.h"

namespace hookcast::rtsp {

/// H.264 in its non-interleaved mode (RFC 6184).
class AvcPacketizer final : public NalPacketizer {
  public:
    explicit AvcPacketizer(const PacketizerOptions& options) : NalPacketizer(options) {}

  private:
    FragmentHeader fragmentHeaderFor(base::ByteSpan unit) const override;
};

} // namespace hookcast::rtsp
