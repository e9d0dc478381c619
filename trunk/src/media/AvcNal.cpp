#include "media/AvcNal.h"

#include "media/BitReader.h"

#include <cstddef>

namespace hookcast::media {

bool avcBeginsPicture(base::ByteSpan slice) {
    // 0 as ue(v) is a single one bit.
    return slice.size() > 1 && (slice[1] & 0x80U) != 0;
}

bool avcHasRecoveryPoint(base::ByteSpan sei) {
    constexpr std::uint32_t kRecoveryPoint = 6;
    if (avcNalType(sei) != AvcNalType::Sei) return false;
    BitReader reader = BitReader::ofNalPayload(sei.subspan(1));
    const auto extended = [&reader] {
        std::uint32_t value = 0;
        std::uint32_t byte = 0;
        do {
            byte = reader.bits(8);
            value += byte;
        } while (byte == 0xFF && reader.ok());
        return value;
    };
    // One that is cut short reads as zeros; more_rbsp_data() is false when only the stop bit's byte is left.
    while (reader.ok()) {
        const std::uint32_t type = extended();
        const std::uint32_t sizeBytes = extended();
        if (!reader.ok()) return false;
        if (type == kRecoveryPoint) return true;
        reader.skip(std::size_t{sizeBytes} * 8);
    }
    return false;
}

} // namespace hookcast::media
