#pragma once

#include "base/Bytes.h"

#include <cstddef>
#include <cstdint>

namespace hookcast::media {

/// Reads bits, most significant first, from bytes it does not own. Reading past the end yields zeros and makes ok()
/// false for good, so that a parser may read a whole record and check once.
class BitReader {
  public:
    /// Bytes as they are.
    explicit BitReader(base::ByteSpan bytes) : BitReader(bytes, false) {}

    /// The payload of an H.264 or HEVC NAL unit, behind its header: emulation prevention bytes (H.264, 7.3.1) are left
    /// out.
    static BitReader ofNalPayload(base::ByteSpan payload) { return {payload, true}; }

    bool ok() const { return ok_; }

    /// How many bits of the bytes are read, emulation prevention included.
    std::size_t position() const { return position_ * 8 - bitsLeft_; }

    /// `count`: 0 to 32.
    std::uint32_t bits(unsigned count);
    bool flag() { return bits(1) != 0; }
    void skip(std::size_t count);

    /// Skips what is left of a byte that was begun.
    void alignToByte() { bitsLeft_ = 0; }

    /// Exp-Golomb codes (H.264, 9.1): ue(v) and se(v). A code of more than 32 leading zeros makes ok() false.
    std::uint32_t ue();
    std::int32_t se();

  private:
    BitReader(base::ByteSpan bytes, bool skipsEmulationPrevention)
        : bytes_(bytes), skipsEmulationPrevention_(skipsEmulationPrevention) {}

    std::uint32_t bit();
    bool loadByte();

    // given
    base::ByteSpan bytes_;
    bool skipsEmulationPrevention_;

    // state
    std::size_t position_ = 0; ///< of the next byte to load
    unsigned zeros_ = 0;       ///< zero bytes loaded in a row
    std::uint8_t current_ = 0;
    unsigned bitsLeft_ = 0; ///< of current_
    bool ok_ = true;
};

} // namespace hookcast::media
