#pragma once

#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace hookcast::rtp {

/// Reads whole interleaved frames off ranges of a log, without copying them.
class FrameCursor {
  public:
    /// A frame may lie across slabs.
    static constexpr std::size_t kMaxPieces = 4;

    struct Frame {
        std::uint8_t channel = 0;
        std::array<iovec, kMaxPieces> pieces{}; ///< of the packet behind the interleaved header
        std::size_t pieceCount = 0;
        std::size_t sizeBytes = 0; ///< interleaved header included
    };

    explicit FrameCursor(std::span<const iovec> ranges);

    /// The next frame; none when what is left is not a whole one.
    std::optional<Frame> next();

    std::size_t remainingBytes() const { return remaining_; }

  private:
    std::uint8_t byteAt(std::size_t ahead) const;
    void skip(std::size_t bytes);

    std::span<const iovec> ranges_;
    std::size_t offset_ = 0; ///< in the first of ranges_
    std::size_t remaining_ = 0;
};

} // namespace hookcast::rtp
