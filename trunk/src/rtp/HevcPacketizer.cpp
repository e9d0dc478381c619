#include "rtp/HevcPacketizer.h"

namespace hookcast::rtp {

NalPacketizer::FragmentHeader HevcPacketizer::fragmentHeaderFor(base::ByteSpan unit) const {
    constexpr unsigned kFu = 49;
    return {{static_cast<std::uint8_t>((unit[0] & 0x81U) | kFu << 1U), unit[1],
             static_cast<std::uint8_t>((unit[0] >> 1U) & 0x3FU)},
            3};
}

} // namespace hookcast::rtp
