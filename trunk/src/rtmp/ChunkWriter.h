#pragma once

#include "base/Bytes.h"
#include "rtmp/Message.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace hookcast::rtmp {

/// Where a message goes; its length is that of its payload.
struct ChunkHeader {
    std::uint32_t chunkStreamId = 3; ///< 2 to 65599
    std::uint32_t timestampMs = 0;   ///< absolute
    MessageType type = MessageType::CommandAmf0;
    std::uint32_t messageStreamId = 0;
};

/// A chunk header as bytes.
class EncodedChunkHeader {
  public:
    /// A full header: fmt 0 (RTMP 1.0, section 5.3.1.2.1).
    static EncodedChunkHeader first(const ChunkHeader& header, std::size_t payloadBytes) {
        EncodedChunkHeader encoded(0, header.chunkStreamId);
        const bool extended = isExtended(header);
        encoded.bigEndian(extended ? kExtendedMark : header.timestampMs, 3);
        encoded.bigEndian(static_cast<std::uint32_t>(payloadBytes), 3);
        encoded.bigEndian(static_cast<std::uint32_t>(header.type), 1);
        // The one little-endian field of the protocol.
        for (unsigned shift = 0; shift < 32; shift += 8) encoded.put(header.messageStreamId >> shift);
        if (extended) encoded.bigEndian(header.timestampMs, 4);
        return encoded;
    }

    /// The header of every chunk after the first: fmt 3 (sections 5.3.1.2.4 and 5.3.1.3).
    static EncodedChunkHeader continuation(const ChunkHeader& header) {
        EncodedChunkHeader encoded(3, header.chunkStreamId);
        if (isExtended(header)) encoded.bigEndian(header.timestampMs, 4);
        return encoded;
    }

    base::ByteSpan bytes() const { return base::ByteSpan(bytes_).first(size_); }

  private:
    static constexpr std::uint32_t kExtendedMark = 0xFFFFFF;

    EncodedChunkHeader(unsigned format, std::uint32_t chunkStreamId) {
        const unsigned top = format << 6U;
        if (chunkStreamId < 64) {
            put(top | chunkStreamId);
        } else if (chunkStreamId < 320) {
            put(top);
            put(chunkStreamId - 64);
        } else {
            put(top | 1U);
            put((chunkStreamId - 64) & 0xFFU);
            put((chunkStreamId - 64) >> 8U);
        }
    }

    static bool isExtended(const ChunkHeader& header) { return header.timestampMs >= kExtendedMark; }

    void put(std::uint32_t byte) { bytes_[size_++] = static_cast<std::uint8_t>(byte); }
    void bigEndian(std::uint32_t value, unsigned width) {
        for (unsigned shift = width * 8; shift > 0; shift -= 8) put(value >> (shift - 8));
    }

    std::array<std::uint8_t, 18> bytes_{};
    std::size_t size_ = 0;
};

/// How many bytes writeChunks() hands to its sink.
inline std::size_t chunkedSizeBytes(const ChunkHeader& header, std::size_t payloadBytes, std::uint32_t chunkSizeBytes) {
    const std::size_t continuations = payloadBytes == 0 ? 0 : (payloadBytes - 1) / chunkSizeBytes;
    return EncodedChunkHeader::first(header, payloadBytes).bytes().size() +
           continuations * EncodedChunkHeader::continuation(header).bytes().size() + payloadBytes;
}

/// Cuts a message into chunks and hands them, piece by piece and in order, to `sink(base::ByteSpan)`. A piece is valid
/// only during its call. The header is always full (fmt 0, absolute timestamp), so that the bytes depend on nothing
/// that was sent before. Payloads are shorter than 2^24 bytes; `chunkSizeBytes` is at least 1.
template <typename Sink>
void writeChunks(Sink&& sink, const ChunkHeader& header, base::ByteSpan payload, std::uint32_t chunkSizeBytes) {
    sink(EncodedChunkHeader::first(header, payload.size()).bytes());
    const EncodedChunkHeader continuation = EncodedChunkHeader::continuation(header);
    while (!payload.empty()) {
        const std::size_t size = std::min<std::size_t>(payload.size(), chunkSizeBytes);
        sink(payload.first(size));
        payload = payload.subspan(size);
        if (!payload.empty()) sink(continuation.bytes());
    }
}

/// Appends a whole message, cut into chunks, to `out`.
void appendMessage(base::Bytes& out, const ChunkHeader& header, base::ByteSpan payload, std::uint32_t chunkSizeBytes);

} // namespace hookcast::rtmp
