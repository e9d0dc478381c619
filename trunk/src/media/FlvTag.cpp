#include "media/FlvTag.h"

#include "media/EnhancedTag.h"

#include <cstdint>

namespace hookcast::media {

namespace {

constexpr std::uint8_t kFrameTypeKey = 1;
constexpr std::uint8_t kFrameTypeCommand = 5;
constexpr std::uint8_t kVideoCodecAvc = 7;
constexpr std::uint8_t kVideoCodecHevcLegacy = 12;
constexpr std::uint8_t kAudioFormatAac = 10;

/// Packet types in the headers of AVC and AAC.
constexpr std::uint8_t kSequenceStart = 0;
constexpr std::uint8_t kSequenceEnd = 2;

FrameRole codedFrameRole(std::uint8_t frameType) {
    if (frameType == kFrameTypeCommand) return FrameRole::Other;
    return frameType == kFrameTypeKey ? FrameRole::Keyframe : FrameRole::Media;
}

FrameRole enhancedVideoRole(base::ByteSpan body) {
    const auto frameType = static_cast<std::uint8_t>((body[0] >> 4U) & 0x07U);
    if (frameType == kFrameTypeCommand) return FrameRole::Other;
    const auto packet = readEnhanced(FrameKind::Video, body);
    if (!packet) return FrameRole::Other;
    switch (packet->packetType) {
    case EnhancedPacket::kSequenceStart:
    case EnhancedPacket::kMpeg2TsSequenceStart: return FrameRole::CodecConfig;
    case EnhancedPacket::kCodedFrames:
    case EnhancedPacket::kCodedFramesX: return codedFrameRole(frameType);
    default: return FrameRole::Other;
    }
}

FrameRole enhancedAudioRole(base::ByteSpan body) {
    const auto packet = readEnhanced(FrameKind::Audio, body);
    if (!packet) return FrameRole::Other;
    switch (packet->packetType) {
    case EnhancedPacket::kSequenceStart:
    case EnhancedPacket::kMultichannelConfig: return FrameRole::CodecConfig;
    case EnhancedPacket::kCodedFrames: return FrameRole::Media;
    default: return FrameRole::Other;
    }
}

} // namespace

FrameRole videoRole(base::ByteSpan flvBody) {
    if (flvBody.empty()) return FrameRole::Other;
    if (isEnhanced(FrameKind::Video, flvBody)) return enhancedVideoRole(flvBody);
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
    return isEnhanced(FrameKind::Audio, flvBody) ? enhancedAudioRole(flvBody) : FrameRole::Media;
}

} // namespace hookcast::media
