#include "outputs/FlvFile.h"

#include "base/ByteWriter.h"
#include "outputs/FlvMetadata.h"

#include <algorithm>
#include <memory>

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

constexpr std::uint64_t kFlagsOffset = 4;

std::uint8_t flagsOf(const media::Tracks& tracks) {
    return static_cast<std::uint8_t>((tracks.audio ? 0x04U : 0U) | (tracks.video ? 0x01U : 0U));
}

base::Bytes fileHeader(const media::Tracks& tracks) {
    base::Bytes bytes;
    base::ByteWriter writer(bytes);
    writer.text("FLV");
    writer.u8(1);
    writer.u8(flagsOf(tracks));
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
    tracks_ = {headers.audioSample != nullptr, headers.hasPictures};
    buffer_ = fileHeader(tracks_);
    const FlvMetadata metadata = makeFlvMetadata(
        headers.metadata != nullptr ? media::withoutMissingTracks(headers.metadata->body, tracks_) : base::Bytes());
    const std::size_t bodyOffset = buffer_.size() + kTagHeaderBytes;
    durationOffset_ = bodyOffset + metadata.durationOffset;
    fileSizeOffset_ = bodyOffset + metadata.fileSizeOffset;
    append(media::FrameKind::Data, 0, metadata.body);
    for (const media::FramePtr& config : headers.inOrder()) {
        if (config == headers.metadata) continue;
        if (isAnnounced(config->kind))
            append(config->kind, 0, config->body);
        else
            late_.note(config);
    }
    return {};
}

DiskError FlvFile::write(const media::Frame& frame, std::int64_t timestampMs) {
    const auto time = static_cast<std::uint32_t>(timestampMs);
    if (!isAnnounced(frame.kind) && frame.role == media::FrameRole::CodecConfig) {
        late_.note(std::make_shared<const media::Frame>(frame));
        return {};
    }
    if (!isAnnounced(frame.kind)) {
        if (DiskError error = announce(frame.kind, time)) return error;
    }
    latestMs_ = std::max(latestMs_, time);
    append(frame.kind, time, frame.body);
    return buffer_.size() < kBufferBytes ? DiskError{} : flush();
}

/// A track that has come after the file's beginning.
DiskError FlvFile::announce(media::FrameKind kind, std::uint32_t timestampMs) {
    (kind == media::FrameKind::Audio ? tracks_.audio : tracks_.video) = true;
    for (const media::FramePtr& config : late_.inOrder())
        if (config->kind == kind) append(kind, timestampMs, config->body);
    if (DiskError error = flush()) return error;
    return file_.overwrite(kFlagsOffset, base::Bytes{flagsOf(tracks_)});
}

void FlvFile::append(media::FrameKind kind, std::uint32_t timestampMs, base::ByteSpan body) {
    const std::size_t before = buffer_.size();
    try {
        base::ByteWriter writer(buffer_);
        writer.u8(tagType(kind));
        writer.u24(static_cast<std::uint32_t>(body.size()));
        writer.u24(timestampMs & 0xFFFFFFU);
        writer.u8(static_cast<std::uint8_t>(timestampMs >> 24U));
        writer.u24(0);
        writer.bytes(body);
        writer.u32(kTagHeaderBytes + static_cast<std::uint32_t>(body.size()));
    } catch (...) {
        buffer_.resize(before); // half a tag would spoil the file
        throw;
    }
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
