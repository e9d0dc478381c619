#include "rtp/AvcPacketizer.h"

namespace hookcast::rtp {

NalPacketizer::FragmentHeader AvcPacketizer::fragmentHeaderFor(base::ByteSpan unit) const {
    constexpr unsigned kFuA = 28;
    return {{static_cast<std::uint8_t>((unit[0] & 0xE0U) | kFuA), static_cast<std::uint8_t>(unit[0] & 0x1FU)}, 2};
}

} // namespace hookcast::rtp
