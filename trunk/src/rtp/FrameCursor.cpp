#include "rtp/FrameCursor.h"

#include "rtp/Packetizer.h"

#include <algorithm>

namespace hookcast::rtp {

FrameCursor::FrameCursor(std::span<const iovec> ranges) : ranges_(ranges) {
    for (const iovec& range : ranges) remaining_ += range.iov_len;
}

std::optional<FrameCursor::Frame> FrameCursor::next() {
    if (remaining_ < kInterleavedHeaderBytes) return std::nullopt;
    Frame frame;
    frame.channel = byteAt(1);
    const std::size_t packetBytes = static_cast<std::size_t>(byteAt(2)) << 8U | byteAt(3);
    frame.sizeBytes = kInterleavedHeaderBytes + packetBytes;
    if (remaining_ < frame.sizeBytes) return std::nullopt;
    skip(kInterleavedHeaderBytes);
    for (std::size_t left = packetBytes; left > 0 && frame.pieceCount < kMaxPieces;) {
        auto* bytes = static_cast<std::uint8_t*>(ranges_.front().iov_base) + offset_;
        const std::size_t size = std::min(left, ranges_.front().iov_len - offset_);
        frame.pieces[frame.pieceCount++] = {bytes, size};
        left -= size;
        skip(size);
    }
    return frame;
}

std::uint8_t FrameCursor::byteAt(std::size_t ahead) const {
    std::size_t at = offset_ + ahead;
    std::size_t range = 0;
    while (at >= ranges_[range].iov_len) at -= ranges_[range++].iov_len;
    return static_cast<const std::uint8_t*>(ranges_[range].iov_base)[at];
}

void FrameCursor::skip(std::size_t bytes) {
    offset_ += bytes;
    remaining_ -= bytes;
    while (!ranges_.empty() && offset_ >= ranges_.front().iov_len) {
        offset_ -= ranges_.front().iov_len;
        ranges_ = ranges_.subspan(1);
    }
}

} // namespace hookcast::rtp
