#include "rtp/NalPacketizer.h"

#include <algorithm>

namespace hookcast::rtp {

void NalPacketizer::write(std::span<const base::ByteSpan> units, std::uint32_t rtpTimestamp, PacketSink& sink) {
    while (!units.empty() && units.back().empty()) units = units.first(units.size() - 1);
    for (std::size_t i = 0; i < units.size(); ++i) {
        const bool isLast = i + 1 == units.size();
        if (units[i].size() > mtuBytes()) {
            writeFragments(units[i], isLast, rtpTimestamp, sink);
        } else if (!units[i].empty()) {
            emit(isLast, rtpTimestamp, {}, units[i], sink);
        }
    }
}

/// RFC 6184, 5.8 and RFC 7798, 4.4.3. The unit's header, one byte less than that of a fragment, is not repeated.
void NalPacketizer::writeFragments(base::ByteSpan unit, bool isLastUnit, std::uint32_t rtpTimestamp, PacketSink& sink) {
    constexpr std::uint8_t kStart = 0x80;
    constexpr std::uint8_t kEnd = 0x40;
    FragmentHeader header = fragmentHeaderFor(unit);
    std::uint8_t& fuHeader = header.bytes[header.sizeBytes - 1];
    const std::size_t pieceBytes = mtuBytes() - header.sizeBytes;
    fuHeader |= kStart;
    for (base::ByteSpan rest = unit.subspan(header.sizeBytes - 1); !rest.empty();) {
        const base::ByteSpan piece = rest.first(std::min(pieceBytes, rest.size()));
        rest = rest.subspan(piece.size());
        if (rest.empty()) fuHeader |= kEnd;
        emit(rest.empty() && isLastUnit, rtpTimestamp, base::ByteSpan(header.bytes).first(header.sizeBytes), piece,
             sink);
        fuHeader &= static_cast<std::uint8_t>(~kStart);
    }
}

} // namespace hookcast::rtp
