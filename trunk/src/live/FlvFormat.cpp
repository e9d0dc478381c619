#include "live/FlvFormat.h"

#include "base/ByteWriter.h"
#include "hub/WireLog.h"

#include <cstddef>
#include <cstdint>
#include <memory>

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

/// Calls `append` with the pieces of one tag.
template <typename Append>
void writeTag(Append append, media::FrameKind kind, std::int64_t dtsMs, base::ByteSpan body) {
    const auto timestampMs = static_cast<std::uint32_t>(dtsMs);
    const auto bodyBytes = static_cast<std::uint32_t>(body.size());
    base::Bytes ends;
    ends.reserve(kTagHeaderBytes + kTagEndBytes);
    base::ByteWriter writer(ends);
    writer.u8(tagTypeOf(kind));
    writer.u24(bodyBytes);
    writer.u24(timestampMs & 0xFFFFFFU);
    writer.u8(static_cast<std::uint8_t>(timestampMs >> 24U));
    writer.u24(0);
    writer.u32(static_cast<std::uint32_t>(kTagHeaderBytes) + bodyBytes);
    append(base::ByteSpan(ends).first(kTagHeaderBytes));
    append(body);
    append(base::ByteSpan(ends).last(kTagEndBytes));
}

/// Promises no track before it has come: its configuration goes with its first frame, be it much later.
class FlvEncoder final : public hub::WireEncoder {
  public:
    explicit FlvEncoder(const media::Tracks& tracks) : tracks_(tracks) {}

    void begin(const hub::StreamHeaders& headers) override {
        const bool hasSound = headers.audioSample != nullptr && isCarried(*headers.audioSample);
        come_ = {hasSound, headers.hasPictures && tracks_.video};
        for (const media::FramePtr& config : headers.inOrder())
            if (isCarried(*config) && !hasCome(config->kind)) held_.note(config);
    }

    void append(const media::Frame& frame, hub::WireLog& log) override {
        hasWrittenVideoConfig_ = false;
        if (!isCarried(frame)) return;
        const auto append = [&log](base::ByteSpan bytes) { log.append(bytes); };
        if (!hasCome(frame.kind) && frame.role == media::FrameRole::CodecConfig) {
            held_.note(std::make_shared<const media::Frame>(frame));
            return;
        }
        if (!hasCome(frame.kind) && frame.role != media::FrameRole::Other) {
            // Who plays the other track already has it from here, who begins here from the preamble.
            const bool goesWithIt = come_.audio || come_.video;
            noteCome(frame.kind);
            if (goesWithIt) writeHeld(append, frame);
        }
        write(append, frame, frame.dtsMs);
    }

    base::Bytes preamble(const hub::StreamHeaders& headers, std::int64_t dtsMs) override {
        base::Bytes out;
        const auto append = [&out](base::ByteSpan bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); };
        for (const media::FramePtr& frame : headers.inOrder()) {
            if (!isCarried(*frame) || !hasCome(frame->kind)) continue;
            if (frame->kind != media::FrameKind::Video || !hasWrittenVideoConfig_) write(append, *frame, dtsMs);
        }
        return out;
    }

    bool carriesVideo() const override { return tracks_.video; }
    bool carriesMetadata() const override { return true; }
    bool carriesMoreTracks() const override { return true; }

  private:
    bool isCarried(const media::Frame& frame) const {
        if (frame.carriage != media::Carriage::Flv || frame.body.size() > kMaxBodyBytes) return false;
        return frame.kind == media::FrameKind::Data ||
               (frame.kind == media::FrameKind::Audio ? tracks_.audio : tracks_.video);
    }

    bool hasCome(media::FrameKind kind) const {
        if (kind == media::FrameKind::Data) return true;
        return kind == media::FrameKind::Audio ? come_.audio : come_.video;
    }
    void noteCome(media::FrameKind kind) { (kind == media::FrameKind::Audio ? come_.audio : come_.video) = true; }

    /// The configurations that `first`, the first frame of its kind, is to be decoded with.
    template <typename Append>
    void writeHeld(Append append, const media::Frame& first) {
        for (const media::FramePtr& config : held_.inOrder()) {
            if (config->kind != first.kind) continue;
            writeTag(append, first.kind, first.dtsMs, config->body);
            hasWrittenVideoConfig_ = first.kind == media::FrameKind::Video;
        }
    }

    template <typename Append>
    void write(Append append, const media::Frame& frame, std::int64_t dtsMs) const {
        const media::Tracks told{tracks_.audio && come_.audio, tracks_.video && come_.video};
        if (frame.role != media::FrameRole::Metadata)
            writeTag(append, frame.kind, dtsMs, frame.body);
        else // FFmpeg takes metadata at any other time than 0 for a stream of its own.
            writeTag(append, frame.kind, 0, told.all() ? frame.body : media::withoutMissingTracks(frame.body, told));
    }

    media::Tracks tracks_;
    media::Tracks come_{false, false};
    hub::StreamHeaders held_;            ///< configurations of tracks that had not come
    bool hasWrittenVideoConfig_ = false; ///< in front of the frame appended last
};

} // namespace

std::string_view FlvFormat::name() const {
    if (tracks_.all()) return "flv";
    if (tracks_.video) return "flv-video";
    return tracks_.audio ? "flv-audio" : "flv-data";
}

std::unique_ptr<hub::WireEncoder> FlvFormat::makeEncoder() const {
    return std::make_unique<FlvEncoder>(tracks_);
}

base::Bytes flvFileHeader(const media::Tracks& tracks) {
    constexpr std::uint8_t kVersion = 1;
    constexpr std::uint32_t kHeaderBytes = 9;
    constexpr unsigned kHasAudio = 0x04;
    constexpr unsigned kHasVideo = 0x01;
    base::Bytes header;
    base::ByteWriter writer(header);
    writer.text("FLV");
    writer.u8(kVersion);
    writer.u8(static_cast<std::uint8_t>((tracks.audio ? kHasAudio : 0U) | (tracks.video ? kHasVideo : 0U)));
    writer.u32(kHeaderBytes);
    writer.u32(0);
    return header;
}

} // namespace hookcast::live
