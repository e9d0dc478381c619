#include "rtmp/RtmpFormat.h"

#include "hub/WireLog.h"
#include "rtmp/ChunkWriter.h"
#include "rtmp/Message.h"
#include "rtmp/Replies.h"

namespace hookcast::rtmp {

namespace {

constexpr std::uint32_t kAudioChunkStream = 4;
constexpr std::uint32_t kDataChunkStream = 5;
constexpr std::uint32_t kVideoChunkStream = 6;

ChunkHeader headerOf(const media::Frame& frame, std::int64_t dtsMs) {
    ChunkHeader header;
    header.timestampMs = static_cast<std::uint32_t>(dtsMs);
    header.messageStreamId = kMessageStreamId;
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
    explicit RtmpEncoder(std::uint32_t chunkSizeBytes) : chunkSizeBytes_(chunkSizeBytes) {}

    void append(const media::Frame& frame, hub::WireLog& log) override {
        if (frame.carriage != media::Carriage::Flv) return;
        writeChunks([&log](base::ByteSpan bytes) { log.append(bytes); }, headerOf(frame, frame.dtsMs), frame.body,
                    chunkSizeBytes_);
    }

    base::Bytes preamble(const hub::StreamHeaders& headers, std::int64_t dtsMs) override {
        base::Bytes out;
        for (const media::FramePtr& frame : {headers.metadata, headers.videoConfig, headers.audioConfig}) {
            if (frame != nullptr && frame->carriage == media::Carriage::Flv)
                appendMessage(out, headerOf(*frame, dtsMs), frame->body, chunkSizeBytes_);
        }
        return out;
    }

  private:
    std::uint32_t chunkSizeBytes_;
};

} // namespace

RtmpFormat::RtmpFormat(std::uint32_t chunkSizeBytes)
    : chunkSizeBytes_(chunkSizeBytes), name_("rtmp/" + std::to_string(chunkSizeBytes)) {}

std::unique_ptr<hub::WireEncoder> RtmpFormat::makeEncoder() const {
    return std::make_unique<RtmpEncoder>(chunkSizeBytes_);
}

const RtmpFormat& RtmpFormats::withChunkSize(std::uint32_t chunkSizeBytes) {
    const std::lock_guard lock(mutex_);
    return formats_.try_emplace(chunkSizeBytes, chunkSizeBytes).first->second;
}

} // namespace hookcast::rtmp
