#include "rtp/G711Packetizer.h"

#include <algorithm>

namespace hookcast::rtp {

void G711Packetizer::write(std::span<const base::ByteSpan> units, std::uint32_t rtpTimestamp, PacketSink& sink) {
    for (base::ByteSpan samples : units) {
        while (!samples.empty()) {
            const base::ByteSpan piece = samples.first(std::min(mtuBytes(), samples.size()));
            samples = samples.subspan(piece.size());
            emit(false, rtpTimestamp, {}, piece, sink);
            rtpTimestamp += static_cast<std::uint32_t>(piece.size());
        }
    }
}

} // namespace hookcast::rtp
