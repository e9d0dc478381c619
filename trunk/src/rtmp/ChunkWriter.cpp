#include "rtmp/ChunkWriter.h"

namespace hookcast::rtmp {

void appendMessage(base::Bytes& out, const ChunkHeader& header, base::ByteSpan payload, std::uint32_t chunkSizeBytes) {
    const std::size_t neededBytes = out.size() + chunkedSizeBytes(header, payload.size(), chunkSizeBytes);
    // Growing to the exact size at every message would copy everything before it each time.
    if (neededBytes > out.capacity()) out.reserve(std::max(neededBytes, out.capacity() * 2));
    writeChunks([&out](base::ByteSpan piece) { out.insert(out.end(), piece.begin(), piece.end()); }, header, payload,
                chunkSizeBytes);
}

} // namespace hookcast::rtmp
