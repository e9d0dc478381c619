#include "rtp/AacPacketizer.h"

#include <algorithm>
#include <array>

namespace hookcast::rtp {

namespace {

/// What 13 bits of an AU header can say.
constexpr std::size_t kMaxFrameBytes = 8191;

} // namespace

void AacPacketizer::write(std::span<const base::ByteSpan> units, std::uint32_t rtpTimestamp, PacketSink& sink) {
    for (base::ByteSpan frame : units) {
        if (frame.size() > kMaxFrameBytes) {
            countDropped();
            continue;
        }
        // One AU header of 16 bits: the whole frame's size in 13, index 0. Fragments repeat it.
        const std::array<std::uint8_t, 4> header{0, 16, static_cast<std::uint8_t>(frame.size() >> 5U),
                                                 static_cast<std::uint8_t>(frame.size() << 3U)};
        while (!frame.empty()) {
            const base::ByteSpan piece = frame.first(std::min(mtuBytes() - header.size(), frame.size()));
            frame = frame.subspan(piece.size());
            emit(frame.empty(), rtpTimestamp, header, piece, sink);
        }
    }
}

} // namespace hookcast::rtp
