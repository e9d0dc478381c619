#include "media/BitReader.h"

#include <limits>

namespace hookcast::media {

namespace {

constexpr unsigned kMaxLeadingZeros = 32;

} // namespace

std::uint32_t BitReader::bits(unsigned count) {
    std::uint32_t value = 0;
    for (; count > 0; --count) value = (value << 1U) | bit();
    return value;
}

void BitReader::skip(std::size_t count) {
    for (; count > 0 && ok_; --count) bit();
}

std::uint32_t BitReader::ue() {
    unsigned zeros = 0;
    while (bit() == 0) {
        if (++zeros > kMaxLeadingZeros) {
            ok_ = false;
            return 0;
        }
    }
    const std::uint64_t value = (std::uint64_t{1} << zeros) - 1 + bits(zeros);
    if (value > std::numeric_limits<std::uint32_t>::max()) {
        ok_ = false;
        return 0;
    }
    return static_cast<std::uint32_t>(value);
}

std::int32_t BitReader::se() {
    const std::int64_t code = ue();
    const std::int64_t value = code % 2 != 0 ? (code + 1) / 2 : -(code / 2);
    if (value > std::numeric_limits<std::int32_t>::max()) {
        ok_ = false;
        return 0;
    }
    return static_cast<std::int32_t>(value);
}

std::uint32_t BitReader::bit() {
    if (bitsLeft_ == 0 && !loadByte()) return 0;
    --bitsLeft_;
    return (current_ >> bitsLeft_) & 1U;
}

bool BitReader::loadByte() {
    constexpr std::uint8_t kEmulationPrevention = 3;
    if (skipsEmulationPrevention_ && zeros_ >= 2 && position_ < bytes_.size() &&
        bytes_[position_] == kEmulationPrevention) {
        ++position_;
        zeros_ = 0;
    }
    if (position_ >= bytes_.size()) {
        ok_ = false;
        return false;
    }
    current_ = bytes_[position_++];
    zeros_ = current_ == 0 ? zeros_ + 1 : 0;
    bitsLeft_ = 8;
    return true;
}

} // namespace hookcast::media
