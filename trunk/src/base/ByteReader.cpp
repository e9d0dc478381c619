#include "base/ByteReader.h"

#include <bit>

namespace hookcast::base {

double ByteReader::f64() {
    return std::bit_cast<double>(number(8));
}

ByteSpan ByteReader::bytes(std::size_t size) {
    if (size > remaining()) {
        ok_ = false;
        position_ = bytes_.size();
        return {};
    }
    const ByteSpan view = bytes_.subspan(position_, size);
    position_ += size;
    return view;
}

std::uint64_t ByteReader::number(std::size_t width) {
    std::uint64_t value = 0;
    for (const std::uint8_t byte : bytes(width)) value = (value << 8U) | byte;
    return value;
}

} // namespace hookcast::base
