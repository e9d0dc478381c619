#pragma once

#include "base/Bytes.h"

#include <cstddef>
#include <cstdint>

namespace hookcast::base {

/// Reads big-endian numbers from bytes it does not own. Reading past the end yields zeros and makes ok() false for
/// good, so that a parser may read a whole record and check once.
class ByteReader {
  public:
    explicit ByteReader(ByteSpan bytes) : bytes_(bytes) {}

    bool ok() const { return ok_; }
    std::size_t remaining() const { return bytes_.size() - position_; }
    std::size_t position() const { return position_; }

    std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
    std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
    std::uint32_t u24() { return static_cast<std::uint32_t>(number(3)); }
    std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
    std::uint64_t u64() { return number(8); }
    double f64();

    /// A view of the next `size` bytes; empty and not ok() when there are fewer.
    ByteSpan bytes(std::size_t size);

    /// All that is left.
    ByteSpan rest() { return bytes(remaining()); }

    /// The next byte without consuming it; 0 at the end, which does not make ok() false.
    std::uint8_t peek() const { return remaining() > 0 ? bytes_[position_] : 0; }

  private:
    std::uint64_t number(std::size_t width);

    ByteSpan bytes_;
    std::size_t position_ = 0;
    bool ok_ = true;
};

} // namespace hookcast::base
