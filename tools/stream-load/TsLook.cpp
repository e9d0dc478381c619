#include "TsLook.h"

namespace hookcast::load {

namespace {

constexpr std::uint8_t kSyncByte = 0x47;
constexpr std::uint8_t kDiscontinuity = 0x80;
constexpr std::uint8_t kRandomAccess = 0x40;
constexpr std::uint8_t kVideoStreamId = 0xE0; ///< to 0xEF

} // namespace

void TsLook::at(base::ByteSpan packets) {
    for (; packets.size() >= kPacketBytes; packets = packets.subspan(kPacketBytes))
        if (packets[0] == kSyncByte) atPacket(packets.first(kPacketBytes));
}

void TsLook::atPacket(base::ByteSpan packet) {
    const bool begins = (packet[1] & 0x40U) != 0;
    const bool hasAdaptation = (packet[3] & 0x20U) != 0;
    const bool hasPayload = (packet[3] & 0x10U) != 0;
    const std::uint8_t flags = hasAdaptation && packet[4] > 0 ? packet[5] : 0;
    const std::size_t pid = (packet[1] & 0x1FU) << 8U | packet[2];
    if ((flags & kDiscontinuity) != 0) counters_[pid] = kNone;
    if (hasPayload) count(pid, packet[3] & 0x0FU);
    const std::size_t payload = 4 + (hasAdaptation ? packet[4] + std::size_t{1} : 0);
    const bool isPes = begins && hasPayload && payload + 4 <= packet.size() && packet[payload] == 0 &&
                       packet[payload + 1] == 0 && packet[payload + 2] == 1;
    if (isPes && (flags & kRandomAccess) != 0 && (packet[payload + 3] & 0xF0U) == kVideoStreamId) sawKeyframe_ = true;
}

void TsLook::count(std::size_t pid, std::uint8_t counter) {
    std::uint8_t& last = counters_[pid];
    if (last != kNone && counter != ((last + 1U) & 0x0FU)) ++continuityGaps_;
    last = counter;
}

} // namespace hookcast::load
