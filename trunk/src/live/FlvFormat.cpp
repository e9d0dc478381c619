#include "live/FlvFormat.h"

#include "base/ByteWriter.h"
#include "hub/WireLog.h"
#include "media/MetadataCodecs.h"

#include <cstddef>
#include <cstdint>

namespace hookcast::live {

namespace {

constexpr std::size_t kTagHeaderBytes = 11;
constexpr std::size_t kTagEndBytes = 4;
constexpr std::size_t kMaxBodyBytes = 0xFFFFFF;

std::uint8_t tagTypeOf(media::FrameKind kind) {
    switch (kind) {
    case media::FrameKind::Audio: return 8;
    case media::FrameKind::Video: return 9;
    case media::FrameKind::Data: return 18;
    }
    return 18;
}

bool isCarried(const media::Frame& frame) {
    return frame.carriage == media::Carriage::Flv && frame.body.size() <= kMaxBodyBytes;
}

/// Calls `append` with the pieces of one tag.
template <typename Append>
void writeTag(Append append, const media::Frame& frame, std::int64_t dtsMs) {
    // FFmpeg takes metadata at any other time for a stream of its own.
    const bool isMetadata = frame.role == media::FrameRole::Metadata;
    const auto timestampMs = static_cast<std::uint32_t>(isMetadata ? 0 : dtsMs);
    const auto bodyBytes = static_cast<std::uint32_t>(frame.body.size());
    base::Bytes ends;
    ends.reserve(kTagHeaderBytes + kTagEndBytes);
    base::ByteWriter writer(ends);
    writer.u8(tagTypeOf(frame.kind));
    writer.u24(bodyBytes);
    writer.u24(timestampMs & 0xFFFFFFU);
    writer.u8(static_cast<std::uint8_t>(timestampMs >> 24U));
    writer.u24(0);
    writer.u32(static_cast<std::uint32_t>(kTagHeaderBytes) + bodyBytes);
    append(base::ByteSpan(ends).first(kTagHeaderBytes));
    append(base::ByteSpan(frame.body));
    append(base::ByteSpan(ends).last(kTagEndBytes));
}

class FlvEncoder final : public hub::WireEncoder {
  public:
    void append(const media::Frame& frame, hub::WireLog& log) override {
        if (isCarried(frame)) writeTag([&log](base::ByteSpan bytes) { log.append(bytes); }, frame, frame.dtsMs);
    }

    base::Bytes preamble(const hub::StreamHeaders& headers, std::int64_t dtsMs) override {
        base::Bytes out;
        const auto append = [&out](base::ByteSpan bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); };
        for (const media::FramePtr& frame : headers.inOrder())
            if (isCarried(*frame)) writeTag(append, *frame, dtsMs);
        return out;
    }

    bool carriesMetadata() const override { return true; }
    bool carriesMoreTracks() const override { return true; }
};

} // namespace

std::unique_ptr<hub::WireEncoder> FlvFormat::makeEncoder() const {
    return std::make_unique<FlvEncoder>();
}

base::Bytes flvFileHeader(const hub::StreamHeaders& headers) {
    constexpr std::uint8_t kVersion = 1;
    constexpr std::uint32_t kHeaderBytes = 9;
    constexpr unsigned kHasAudio = 0x04;
    constexpr unsigned kHasVideo = 0x01;
    media::MetadataCodecs announced;
    if (headers.metadata != nullptr) announced = media::readMetadataCodecs(headers.metadata->body);
    const bool video = headers.videoConfig != nullptr || announced.video != media::Codec::None;
    const bool audio =
        headers.audioConfig != nullptr || headers.audioSample != nullptr || announced.audio != media::Codec::None;
    const bool unknown = !video && !audio;
    base::Bytes header;
    base::ByteWriter writer(header);
    writer.text("FLV");
    writer.u8(kVersion);
    writer.u8(static_cast<std::uint8_t>((audio || unknown ? kHasAudio : 0U) | (video || unknown ? kHasVideo : 0U)));
    writer.u32(kHeaderBytes);
    writer.u32(0);
    return header;
}

} // namespace hookcast::live
