#include "rtmp/ControlMessages.h"

#include "base/ByteWriter.h"
#include "rtmp/ChunkWriter.h"
#include "rtmp/Message.h"

namespace hookcast::rtmp {

namespace {

constexpr std::uint32_t kControlChunkStreamId = 2;

void append(base::Bytes& out, MessageType type, base::ByteSpan payload, std::uint32_t chunkSizeBytes) {
    appendMessage(out, ChunkHeader{kControlChunkStreamId, 0, type, 0}, payload, chunkSizeBytes);
}

void appendNumber(base::Bytes& out, MessageType type, std::uint32_t value, std::uint32_t chunkSizeBytes) {
    base::Bytes payload;
    base::ByteWriter(payload).u32(value);
    append(out, type, payload, chunkSizeBytes);
}

} // namespace

void appendSetChunkSize(base::Bytes& out, std::uint32_t sizeBytes, std::uint32_t chunkSizeBytes) {
    appendNumber(out, MessageType::SetChunkSize, sizeBytes, chunkSizeBytes);
}

void appendAcknowledgement(base::Bytes& out, std::uint32_t sequenceNumber, std::uint32_t chunkSizeBytes) {
    appendNumber(out, MessageType::Acknowledgement, sequenceNumber, chunkSizeBytes);
}

void appendWindowAckSize(base::Bytes& out, std::uint32_t sizeBytes, std::uint32_t chunkSizeBytes) {
    appendNumber(out, MessageType::WindowAckSize, sizeBytes, chunkSizeBytes);
}

void appendSetPeerBandwidth(base::Bytes& out, std::uint32_t sizeBytes, BandwidthLimit type,
                            std::uint32_t chunkSizeBytes) {
    base::Bytes payload;
    base::ByteWriter writer(payload);
    writer.u32(sizeBytes);
    writer.u8(static_cast<std::uint8_t>(type));
    append(out, MessageType::SetPeerBandwidth, payload, chunkSizeBytes);
}

void appendUserControl(base::Bytes& out, UserControlEvent event, std::uint32_t value, std::uint32_t chunkSizeBytes) {
    base::Bytes payload;
    base::ByteWriter writer(payload);
    writer.u16(static_cast<std::uint16_t>(event));
    writer.u32(value);
    append(out, MessageType::UserControl, payload, chunkSizeBytes);
}

} // namespace hookcast::rtmp
