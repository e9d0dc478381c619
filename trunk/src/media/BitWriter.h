#pragma once

#include "base/Bytes.h"

#include <cstdint>

namespace hookcast::media {

/// Appends bits, most significant first, to a byte vector that the caller owns. The last byte is filled up with zeros.
class BitWriter {
  public:
    explicit BitWriter(base::Bytes& out) : out_(out) {}

    /// The lowest `count` (0 to 32) bits of `value`.
    void bits(std::uint32_t value, unsigned count) {
        for (; count > 0; --count) {
            if (freeBits_ == 0) {
                out_.push_back(0);
                freeBits_ = 8;
            }
            --freeBits_;
            out_.back() |= static_cast<std::uint8_t>(((value >> (count - 1)) & 1U) << freeBits_);
        }
    }

  private:
    base::Bytes& out_;
    unsigned freeBits_ = 0; ///< of the last byte
};

} // namespace hookcast::media
