#pragma once

#include "base/Bytes.h"

#include <bit>
#include <cstdint>
#include <string_view>

namespace hookcast::base {

/// Appends big-endian numbers to a byte vector that the caller owns.
class ByteWriter {
  public:
    explicit ByteWriter(Bytes& out) : out_(out) {}

    void u8(std::uint8_t value) { out_.push_back(value); }
    void u16(std::uint16_t value) { number(value, 2); }
    void u24(std::uint32_t value) { number(value, 3); }
    void u32(std::uint32_t value) { number(value, 4); }
    void u64(std::uint64_t value) { number(value, 8); }
    void f64(double value) { number(std::bit_cast<std::uint64_t>(value), 8); }
    void bytes(ByteSpan bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }
    void text(std::string_view text) { bytes(asBytes(text)); }

  private:
    void number(std::uint64_t value, unsigned width) {
        for (unsigned shift = width * 8; shift > 0; shift -= 8) u8(static_cast<std::uint8_t>(value >> (shift - 8)));
    }

    Bytes& out_;
};

} // namespace hookcast::base
