#include "media/FlvTag.h"

#include "base/ByteReader.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace hookcast::media {

namespace {

constexpr std::uint8_t kExVideoHeader = 0x80;
constexpr std::uint8_t kFrameTypeKey = 1;
constexpr std::uint8_t kFrameTypeCommand = 5;
constexpr std::uint8_t kVideoCodecAvc = 7;
constexpr std::uint8_t kVideoCodecHevcLegacy = 12;
constexpr std::uint8_t kAudioFormatEnhanced = 9;
constexpr std::uint8_t kAudioFormatAac = 10;

/// Packet types shared by the headers of AVC, AAC and Enhanced RTMP.
constexpr std::uint8_t kSequenceStart = 0;
constexpr std::uint8_t kCodedFrames = 1;
constexpr std::uint8_t kSequenceEnd = 2;

constexpr std::uint8_t kVideoCodedFramesX = 3;
constexpr std::uint8_t kVideoMpeg2TsSequenceStart = 5;
constexpr std::uint8_t kVideoMultitrack = 6;
constexpr std::uint8_t kAudioMultichannelConfig = 4;
constexpr std::uint8_t kAudioMultitrack = 5;
constexpr std::uint8_t kModEx = 7;

FrameRole codedFrameRole(std::uint8_t frameType) {
    if (frameType == kFrameTypeCommand) return FrameRole::Other;
    return frameType == kFrameTypeKey ? FrameRole::Keyframe : FrameRole::Media;
}

/// Enhanced RTMP v2: the packet type behind its modifiers (ModEx) and, in a multitrack packet, that of the tracks
/// inside. None when the body is cut short.
std::optional<std::uint8_t> enhancedPacketType(base::ByteSpan flvBody, std::uint8_t multitrack) {
    base::ByteReader reader(flvBody);
    auto type = static_cast<std::uint8_t>(reader.u8() & 0x0FU);
    while (type == kModEx && reader.ok()) {
        std::size_t dataBytes = reader.u8() + std::size_t{1};
        if (dataBytes == 256) dataBytes = reader.u16() + std::size_t{1};
        reader.bytes(dataBytes);
        type = reader.u8() & 0x0FU;
    }
    if (type == multitrack) type = reader.u8() & 0x0FU;
    if (!reader.ok()) return std::nullopt;
    return type;
}

FrameRole enhancedVideoRole(base::ByteSpan body) {
    const auto frameType = static_cast<std::uint8_t>((body[0] >> 4U) & 0x07U);
    if (frameType == kFrameTypeCommand) return FrameRole::Other;
    const auto packetType = enhancedPacketType(body, kVideoMultitrack);
    if (!packetType) return FrameRole::Other;
    switch (*packetType) {
    case kSequenceStart:
    case kVideoMpeg2TsSequenceStart: return FrameRole::CodecConfig;
    case kCodedFrames:
    case kVideoCodedFramesX: return codedFrameRole(frameType);
    default: return FrameRole::Other;
    }
}

FrameRole enhancedAudioRole(base::ByteSpan body) {
    const auto packetType = enhancedPacketType(body, kAudioMultitrack);
    if (!packetType) return FrameRole::Other;
    switch (*packetType) {
    case kSequenceStart:
    case kAudioMultichannelConfig: return FrameRole::CodecConfig;
    case kCodedFrames: return FrameRole::Media;
    default: return FrameRole::Other;
    }
}

} // namespace

FrameRole videoRole(base::ByteSpan flvBody) {
    if (flvBody.empty()) return FrameRole::Other;
    if ((flvBody[0] & kExVideoHeader) != 0) return enhancedVideoRole(flvBody);
    const auto frameType = static_cast<std::uint8_t>(flvBody[0] >> 4U);
    const auto codec = static_cast<std::uint8_t>(flvBody[0] & 0x0FU);
    if (codec == kVideoCodecAvc || codec == kVideoCodecHevcLegacy) {
        if (flvBody.size() < 2) return FrameRole::Other;
        if (flvBody[1] == kSequenceStart) return FrameRole::CodecConfig;
        if (flvBody[1] == kSequenceEnd) return FrameRole::Other;
    }
    return codedFrameRole(frameType);
}

FrameRole audioRole(base::ByteSpan flvBody) {
    if (flvBody.empty()) return FrameRole::Other;
    const auto format = static_cast<std::uint8_t>(flvBody[0] >> 4U);
    if (format == kAudioFormatAac) {
        if (flvBody.size() < 2) return FrameRole::Other;
        return flvBody[1] == kSequenceStart ? FrameRole::CodecConfig : FrameRole::Media;
    }
    return format == kAudioFormatEnhanced ? enhancedAudioRole(flvBody) : FrameRole::Media;
}

} // namespace hookcast::media
