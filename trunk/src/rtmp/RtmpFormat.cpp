#include "rtmp/RtmpFormat.h"

#include "hub/WireLog.h"
#include "rtmp/ChunkWriter.h"
#include "rtmp/Message.h"

#include <fmt/format.h>

namespace hookcast::rtmp {

namespace {

constexpr std::uint32_t kAudioChunkStream = 4;
constexpr std::uint32_t kDataChunkStream = 5;
constexpr std::uint32_t kVideoChunkStream = 6;

ChunkHeader headerOf(const media::Frame& frame, std::int64_t dtsMs, std::uint32_t messageStreamId) {
    ChunkHeader header;
    header.timestampMs = static_cast<std::uint32_t>(dtsMs);
    header.messageStreamId = messageStreamId;
    switch (frame.kind) {
    case media::FrameKind::Audio:
        header.type = MessageType::Audio;
        header.chunkStreamId = kAudioChunkStream;
        break;
    case media::FrameKind::Video:
        header.type = MessageType::Video;
        header.chunkStreamId = kVideoChunkStream;
        break;
    case media::FrameKind::Data:
        header.type = MessageType::DataAmf0;
        header.chunkStreamId = kDataChunkStream;
        // FFmpeg takes metadata at any other time for a subtitle, and shows a stream that is none.
        if (frame.role == media::FrameRole::Metadata) header.timestampMs = 0;
        break;
    }
    return header;
}

class RtmpEncoder final : public hub::WireEncoder {
  public:
    RtmpEncoder(std::uint32_t chunkSizeBytes, std::uint32_t messageStreamId)
        : chunkSizeBytes_(chunkSizeBytes), messageStreamId_(messageStreamId) {}

    void append(const media::Frame& frame, hub::WireLog& log) override {
        if (frame.carriage != media::Carriage::Flv) return;
        writeChunks([&log](base::ByteSpan bytes) { log.append(bytes); }, headerOf(frame, frame.dtsMs, messageStreamId_),
                    frame.body, chunkSizeBytes_);
    }

    base::Bytes preamble(const hub::StreamHeaders& headers, std::int64_t dtsMs) override {
        base::Bytes out;
        for (const media::FramePtr& frame : headers.inOrder()) {
            if (frame->carriage == media::Carriage::Flv)
                appendMessage(out, headerOf(*frame, dtsMs, messageStreamId_), frame->body, chunkSizeBytes_);
        }
        return out;
    }

    bool carriesMetadata() const override { return true; }
    bool carriesMoreTracks() const override { return true; }

  private:
    std::uint32_t chunkSizeBytes_;
    std::uint32_t messageStreamId_;
};

} // namespace

RtmpFormat::RtmpFormat(std::uint32_t chunkSizeBytes, std::uint32_t messageStreamId)
    : chunkSizeBytes_(chunkSizeBytes), messageStreamId_(messageStreamId),
      name_(fmt::format("rtmp/{}/{}", chunkSizeBytes, messageStreamId)) {}

std::unique_ptr<hub::WireEncoder> RtmpFormat::makeEncoder() const {
    return std::make_unique<RtmpEncoder>(chunkSizeBytes_, messageStreamId_);
}

const RtmpFormat& RtmpFormats::of(std::uint32_t chunkSizeBytes, std::uint32_t messageStreamId) {
    const std::lock_guard lock(mutex_);
    const std::pair key(chunkSizeBytes, messageStreamId);
    return formats_.try_emplace(key, chunkSizeBytes, messageStreamId).first->second;
}

} // namespace hookcast::rtmp
