#include "rtp/OpusPacketizer.h"

namespace hookcast::rtp {

void OpusPacketizer::write(std::span<const base::ByteSpan> units, std::uint32_t rtpTimestamp, PacketSink& sink) {
    for (const base::ByteSpan frame : units) {
        if (frame.size() > PacketizerOptions::kMaxMtuBytes) {
            countDropped();
        } else if (!frame.empty()) {
            emit(false, rtpTimestamp, {}, frame, sink);
        }
    }
}

} // namespace hookcast::rtp
