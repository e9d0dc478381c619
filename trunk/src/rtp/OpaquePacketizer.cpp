#include "rtp/OpaquePacketizer.h"

namespace hookcast::rtp {

void OpaquePacketizer::write(std::span<const base::ByteSpan> units, std::uint32_t rtpTimestamp, PacketSink& sink) {
    constexpr std::uint8_t kExtensionAndCsrcCount = 0x1F;
    std::optional<std::uint32_t> firstTimestamp;
    for (const base::ByteSpan unit : units) {
        if (unit.empty()) continue;
        const auto parsed = RtpPacketView::parse(unit);
        if (!parsed.ok() || unit.size() > PacketizerOptions::kMaxMtuBytes) {
            countDropped();
            continue;
        }
        const RtpPacketView& packet = parsed.value();
        if (!firstTimestamp) firstTimestamp = packet.header.timestamp;
        keepGap(packet.header.sequence);
        const auto endBytes = static_cast<std::size_t>(packet.payload.data() + packet.payload.size() - unit.data());
        emit(packet.header.marker, rtpTimestamp + (packet.header.timestamp - *firstTimestamp), {},
             unit.subspan(RtpHeader::kSizeBytes, endBytes - RtpHeader::kSizeBytes), sink,
             unit[0] & kExtensionAndCsrcCount);
    }
}

/// A player sees what was lost before it came here; a jump is no loss.
void OpaquePacketizer::keepGap(std::uint16_t sequence) {
    constexpr int kMaxGap = 1000;
    const int step = latestSequence_ ? sequenceDistance(sequence, *latestSequence_) : 1;
    if (step > 1 && step <= kMaxGap) skipSequence(static_cast<unsigned>(step - 1));
    latestSequence_ = sequence;
}

} // namespace hookcast::rtp
