#pragma once

#include "base/Bytes.h"
#include "media/FlvBody.h"
#include "media/Frame.h"

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

/// Frames to record, and what has been recorded of them.
namespace hookcast::support {

/// The publisher's own times are not the stream's.
inline constexpr std::int64_t kPublisherAheadMs = 7000;

inline media::FramePtr frame(media::FrameKind kind, media::FrameRole role, std::int64_t dtsMs, base::Bytes body) {
    auto made = std::make_shared<media::Frame>();
    made->kind = kind;
    made->role = role;
    made->dtsMs = dtsMs;
    made->publisherMs = dtsMs + kPublisherAheadMs;
    made->body = std::move(body);
    return made;
}

inline media::FramePtr video(std::int64_t dtsMs, bool isKeyframe) {
    const base::Bytes payload(100, static_cast<std::uint8_t>(dtsMs));
    return frame(media::FrameKind::Video, isKeyframe ? media::FrameRole::Keyframe : media::FrameRole::Media, dtsMs,
                 media::writeVideoBody({media::Codec::Avc, media::BodyPart::Frame, isKeyframe, 0, payload}));
}

inline media::FramePtr videoConfig(std::uint8_t version = 1) {
    const base::Bytes payload{version, 2, 3};
    return frame(media::FrameKind::Video, media::FrameRole::CodecConfig, 0,
                 media::writeVideoBody({media::Codec::Avc, media::BodyPart::Config, true, 0, payload}));
}

inline media::FramePtr audio(std::int64_t dtsMs) {
    const base::Bytes payload(20, static_cast<std::uint8_t>(dtsMs));
    return frame(media::FrameKind::Audio, media::FrameRole::Media, dtsMs,
                 media::writeAudioBody({media::Codec::Mp3, media::BodyPart::Frame, 44100, 2, payload}));
}

inline media::FramePtr metadata(media::Codec videoCodec, media::Codec audioCodec) {
    return frame(media::FrameKind::Data, media::FrameRole::Metadata, 0, media::writeMetadata(videoCodec, audioCodec));
}

/// A tag of a finished FLV file.
struct Tag {
    int type;
    std::uint32_t timeMs;
    std::size_t sizeBytes;
};

inline std::vector<Tag> tagsOf(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), {});
    const auto number = [&bytes](std::size_t at, int width) {
        std::uint32_t value = 0;
        for (int i = 0; i < width; ++i) value = value << 8U | static_cast<std::uint8_t>(bytes.at(at + i));
        return value;
    };
    std::vector<Tag> tags;
    for (std::size_t at = 13; at + 11 <= bytes.size();) {
        const std::uint32_t size = number(at + 1, 3);
        tags.push_back({bytes[at], number(at + 4, 3) | number(at + 7, 1) << 24U, size});
        at += 15 + size;
    }
    return tags;
}

} // namespace hookcast::support
