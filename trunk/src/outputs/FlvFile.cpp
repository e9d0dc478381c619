#include "outputs/FlvFile.h"

#include "base/ByteWriter.h"
#include "outputs/FlvMetadata.h"

#include <algorithm>
#include <array>

namespace hookcast::outputs {

namespace {

constexpr std::uint8_t kAudioTag = 8;
constexpr std::uint8_t kVideoTag = 9;
constexpr std::uint8_t kScriptTag = 18;
constexpr std::uint32_t kTagHeaderBytes = 11;
constexpr std::size_t kBufferBytes = 256 * 1024;

std::uint8_t tagType(media::FrameKind kind) {
    switch (kind) {
    case media::FrameKind::Audio: return kAudioTag;
    case media::FrameKind::Video: return kVideoTag;
    default: return kScriptTag;
    }
}

base::Bytes fileHeader(const hub::StreamHeaders& headers) {
    const bool hasAudio = headers.audioConfig != nullptr || headers.audioSample != nullptr;
    const bool hasVideo = headers.videoConfig != nullptr;
    base::Bytes bytes;
    base::ByteWriter writer(bytes);
    writer.text("FLV");
    writer.u8(1);
    // Without any header there is no telling.
    writer.u8(hasAudio == hasVideo ? 0x05 : hasAudio ? 0x04 : 0x01);
    writer.u32(9);
    writer.u32(0);
    return bytes;
}

base::Bytes number(double value) {
    base::Bytes bytes;
    base::ByteWriter(bytes).f64(value);
    return bytes;
}

} // namespace

DiskError FlvFile::open(const std::string& path, const hub::StreamHeaders& headers) {
    if (DiskError error = file_.create(path)) return error;
    buffer_ = fileHeader(headers);
    const FlvMetadata metadata =
        makeFlvMetadata(headers.metadata != nullptr ? base::ByteSpan(headers.metadata->body) : base::ByteSpan());
    const std::size_t bodyOffset = buffer_.size() + kTagHeaderBytes;
    durationOffset_ = bodyOffset + metadata.durationOffset;
    fileSizeOffset_ = bodyOffset + metadata.fileSizeOffset;
    append(media::FrameKind::Data, 0, metadata.body);
    for (const media::FramePtr& config : headers.inOrder())
        if (config != headers.metadata) append(config->kind, 0, config->body);
    return {};
}

DiskError FlvFile::write(const media::Frame& frame, std::int64_t timestampMs) {
    const auto time = static_cast<std::uint32_t>(timestampMs);
    latestMs_ = std::max(latestMs_, time);
    append(frame.kind, time, frame.body);
    return buffer_.size() < kBufferBytes ? DiskError{} : flush();
}

void FlvFile::append(media::FrameKind kind, std::uint32_t timestampMs, base::ByteSpan body) {
    base::ByteWriter writer(buffer_);
    writer.u8(tagType(kind));
    writer.u24(static_cast<std::uint32_t>(body.size()));
    writer.u24(timestampMs & 0xFFFFFFU);
    writer.u8(static_cast<std::uint8_t>(timestampMs >> 24U));
    writer.u24(0);
    writer.bytes(body);
    writer.u32(kTagHeaderBytes + static_cast<std::uint32_t>(body.size()));
}

DiskError FlvFile::flush() {
    DiskError error = file_.write(buffer_);
    buffer_.clear();
    return error;
}

DiskError FlvFile::finish() {
    DiskError error = flush();
    if (!error) error = file_.overwrite(durationOffset_, number(latestMs_ / 1000.0));
    if (!error) error = file_.overwrite(fileSizeOffset_, number(static_cast<double>(file_.sizeBytes())));
    DiskError unpublished = file_.publish();
    return error ? error : unpublished;
}

} // namespace hookcast::outputs
