// Three bytes a packet: its sequence number, and how long after the one before it comes. Nothing comes out twice or out
// of order, and nothing waits longer than it may.
#include "base/ByteReader.h"
#include "rtp/ReorderBuffer.h"
#include "rtp/RtpPacket.h"

#include <cstdlib>

namespace {

using namespace hookcast;

constexpr rtp::ReorderBuffer::Limits kLimits{32, 20};

void check(bool condition) {
    if (!condition) std::abort();
}

std::uint16_t numberOf(const base::Bytes& packet) {
    base::ByteReader reader(packet);
    return reader.u16();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    rtp::ReorderBuffer buffer(kLimits);
    base::ByteReader reader(base::ByteSpan(data, size));
    std::int64_t nowMs = 0;
    std::uint64_t pushed = 0;
    std::uint64_t popped = 0;
    std::optional<std::uint16_t> latest;
    std::uint64_t restarts = 0;
    const auto popAll = [&] {
        while (const auto packet = buffer.pop(nowMs)) {
            const std::uint16_t number = numberOf(*packet);
            const bool begins = !latest || buffer.counters().restarts != restarts;
            check(begins || rtp::sequenceDistance(number, *latest) > 0);
            restarts = buffer.counters().restarts;
            latest = number;
            ++popped;
        }
        check(buffer.packetsHeld() <= kLimits.packets);
        const auto deadline = buffer.deadlineMs();
        check(deadline.has_value() == (buffer.packetsHeld() > 0));
        check(!deadline || (*deadline > nowMs && *deadline <= nowMs + kLimits.waitMs));
    };
    while (reader.remaining() >= 3) {
        const base::ByteSpan number = reader.bytes(2);
        nowMs += reader.u8() % 8;
        popAll();
        base::Bytes packet(number.begin(), number.end());
        const std::uint16_t sequence = numberOf(packet);
        buffer.push(sequence, std::move(packet), nowMs);
        ++pushed;
        popAll();
    }
    nowMs += kLimits.waitMs * 64;
    popAll();
    check(buffer.packetsHeld() == 0);
    check(popped + buffer.counters().dropped + buffer.counters().strays <= pushed);
    return 0;
}
