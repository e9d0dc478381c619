#pragma once

#include "rtsp/NalPacketizer.h"

namespace hookcast::rtsp {

/// HEVC (RFC 7798).
class HevcPacketizer final : public NalPacketizer {
  public:
    explicit HevcPacketizer(const PacketizerOptions& options) : NalPacketizer(options) {}

  private:
    FragmentHeader fragmentHeaderFor(base::ByteSpan unit) const override;
};

} // namespace hookcast::rtsp
