#pragma once

#include "base/ByteWriter.h"
#include "base/Bytes.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hookcast::media {

/// A box of ISO/IEC 14496-12, 4.2, in bytes that grow: it begins when this is made and ends when it dies.
class Mp4Box {
  public:
    Mp4Box(base::Bytes& out, std::string_view type) : out_(out), beginsAt_(out.size()) {
        base::ByteWriter writer(out_);
        writer.u32(0);
        writer.text(type);
    }

    /// With a version and flags.
    Mp4Box(base::Bytes& out, std::string_view type, std::uint8_t version, std::uint32_t flags) : Mp4Box(out, type) {
        base::ByteWriter writer(out_);
        writer.u8(version);
        writer.u24(flags);
    }

    ~Mp4Box() { setU32(out_, beginsAt_, static_cast<std::uint32_t>(out_.size() - beginsAt_)); }
    Mp4Box(const Mp4Box&) = delete;
    Mp4Box& operator=(const Mp4Box&) = delete;

    std::size_t beginsAt() const { return beginsAt_; }

    /// A number that is known later than its place.
    static void setU32(base::Bytes& out, std::size_t at, std::uint32_t value) {
        for (unsigned i = 0; i < 4; ++i) out[at + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
    }

  private:
    // given
    base::Bytes& out_;
    // state
    std::size_t beginsAt_;
};

} // namespace hookcast::media
