#include "FlvFile.h"

#include "base/ByteReader.h"
#include "media/FlvTag.h"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace hookcast::load {

namespace {

constexpr std::uint8_t kAudioTag = 8;
constexpr std::uint8_t kVideoTag = 9;
constexpr std::size_t kPreviousTagSizeBytes = 4;

bool isHeader(rtmp::MessageType type, base::ByteSpan body) {
    switch (type) {
    case rtmp::MessageType::Audio: return media::audioRole(body) == media::FrameRole::CodecConfig;
    case rtmp::MessageType::Video: return media::videoRole(body) == media::FrameRole::CodecConfig;
    default: return true;
    }
}

} // namespace

base::Result<FlvFile> FlvFile::read(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    const base::Bytes bytes{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    base::ByteReader reader(bytes);
    if (base::asText(reader.bytes(3)) != "FLV") return base::Error{path + " is no FLV file"};
    reader.bytes(2);
    reader.bytes(reader.u32() - 9 + kPreviousTagSizeBytes);
    FlvFile file;
    while (reader.ok() && reader.remaining() > 0) {
        Tag tag{};
        const std::uint8_t type = reader.u8();
        const std::uint32_t size = reader.u24();
        tag.timestampMs = reader.u24();
        tag.timestampMs |= static_cast<std::uint32_t>(reader.u8()) << 24U;
        reader.u24();
        const base::ByteSpan body = reader.bytes(size);
        reader.bytes(kPreviousTagSizeBytes);
        if (!reader.ok()) break;
        tag.body.assign(body.begin(), body.end());
        tag.type = type == kAudioTag   ? rtmp::MessageType::Audio
                   : type == kVideoTag ? rtmp::MessageType::Video
                                       : rtmp::MessageType::DataAmf0;
        tag.isHeader = isHeader(tag.type, tag.body);
        file.durationMs = std::max(file.durationMs, tag.timestampMs);
        file.tags.push_back(std::move(tag));
    }
    if (file.tags.empty() || file.durationMs == 0) return base::Error{path + " has no media"};
    // The last frame lasts about as long as any other.
    file.durationMs += 40;
    return file;
}

} // namespace hookcast::load
