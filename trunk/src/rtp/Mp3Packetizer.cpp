#include "rtp/Mp3Packetizer.h"

#include <algorithm>
#include <array>

namespace hookcast::rtp {

namespace {

constexpr std::size_t kMaxFrameBytes = 65535;
constexpr std::size_t kHeaderBytes = 4;

} // namespace

void Mp3Packetizer::write(std::span<const base::ByteSpan> units, std::uint32_t rtpTimestamp, PacketSink& sink) {
    for (const base::ByteSpan frame : units) {
        if (frame.size() > kMaxFrameBytes) {
            countDropped();
            continue;
        }
        std::size_t offset = 0;
        while (offset < frame.size()) {
            const std::size_t pieceBytes = std::min(mtuBytes() - kHeaderBytes, frame.size() - offset);
            const std::array<std::uint8_t, kHeaderBytes> header{0, 0, static_cast<std::uint8_t>(offset >> 8U),
                                                                static_cast<std::uint8_t>(offset)};
            emit(false, rtpTimestamp, header, frame.subspan(offset, pieceBytes), sink);
            offset += pieceBytes;
        }
    }
}

} // namespace hookcast::rtp
