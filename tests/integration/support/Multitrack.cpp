#include "support/Multitrack.h"

#include "base/ByteWriter.h"
#include "support/FlvTags.h"
#include "support/TempFolder.h"
#include "support/TestMedia.h"

#include <algorithm>
#include <cstddef>
#include <string>

namespace hookcast::integration {

using rtmp::Message;
using rtmp::MessageType;

namespace {

/// The first bytes of a multitrack packet: FrameType or SoundFormat, PacketType, AvMultitrackType.
void writeHead(base::ByteWriter& writer, const Message& plain, unsigned multitrackType) {
    const bool isVideo = plain.type == MessageType::Video;
    const unsigned frameType = plain.payload[0] >> 4U;
    writer.u8(static_cast<std::uint8_t>(isVideo ? 0x80U | frameType << 4U | 6U : 0x95U));
    writer.u8(static_cast<std::uint8_t>(multitrackType << 4U | plain.payload[1]));
}

std::string fourCcOf(const Message& plain) {
    return plain.type == MessageType::Video ? "avc1" : "mp4a";
}

} // namespace

base::Bytes contentOf(const Message& plain) {
    const bool hasTime = plain.type == MessageType::Video && plain.payload[1] != 0;
    const std::ptrdiff_t head = plain.type == MessageType::Video && !hasTime ? 5 : 2;
    return {plain.payload.begin() + head, plain.payload.end()};
}

Message onTrack(const Message& plain, std::uint8_t track, base::Bytes content) {
    Message message = plain;
    message.payload.clear();
    base::ByteWriter writer(message.payload);
    writeHead(writer, plain, 0);
    writer.text(fourCcOf(plain));
    writer.u8(track);
    writer.bytes(content.empty() ? contentOf(plain) : content);
    return message;
}

Message onTracks(const Message& plain, const std::vector<std::uint8_t>& tracks, bool manyCodecs) {
    Message message = plain;
    message.payload.clear();
    base::ByteWriter writer(message.payload);
    writeHead(writer, plain, manyCodecs ? 2 : 1);
    if (!manyCodecs) writer.text(fourCcOf(plain));
    const base::Bytes content = contentOf(plain);
    for (const std::uint8_t track : tracks) {
        if (manyCodecs) writer.text(fourCcOf(plain));
        writer.u8(track);
        writer.u24(static_cast<std::uint32_t>(content.size()));
        writer.bytes(content);
    }
    return message;
}

std::vector<Message> multitrackClip() {
    std::vector<Message> messages = readFlv(readFile(h264AacClip()));
    std::erase_if(messages, [](const Message& message) {
        const bool isMedia = message.type == MessageType::Video || message.type == MessageType::Audio;
        return !isMedia || message.timestampMs > 900;
    });
    for (Message& message : messages) {
        message.messageStreamId = 1;
        message.chunkStreamId = message.type == MessageType::Video ? 6 : 4;
    }
    return messages;
}

std::vector<Message> withSecondTracks(std::uint8_t video, std::uint8_t audio) {
    std::vector<Message> all;
    for (const Message& message : multitrackClip()) {
        all.push_back(message);
        const std::uint8_t track = message.type == MessageType::Video ? video : audio;
        if (track == 0) continue;
        Message second = onTrack(message, track);
        if (message.type == MessageType::Video && message.payload[1] == 1 && message.timestampMs > 400)
            second.payload[0] = 0x96;
        all.push_back(second);
    }
    return all;
}

bool isHeader(const Message& message) {
    const base::Bytes& body = message.payload;
    const bool isMultitrack = message.type == MessageType::Video ? body[0] >= 0x80 : body[0] == 0x95;
    return isMultitrack ? (body[1] & 0x0FU) == 0 : body[1] == 0;
}

} // namespace hookcast::integration
