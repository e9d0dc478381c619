#include "media/FlvTag.h"

namespace hookcast::media {

namespace {

constexpr std::uint8_t kExVideoHeader = 0x80;
constexpr std::uint8_t kFrameTypeKey = 1;
constexpr std::uint8_t kFrameTypeCommand = 5;
constexpr std::uint8_t kVideoCodecAvc = 7;
constexpr std::uint8_t kVideoCodecHevcLegacy = 12;
constexpr std::uint8_t kAudioFormatEnhanced = 9;
constexpr std::uint8_t kAudioFormatAac = 10;

/// Packet types shared by AVC's and Enhanced RTMP's headers.
constexpr std::uint8_t kSequenceStart = 0;
constexpr std::uint8_t kSequenceEnd = 2;

/// Enhanced RTMP packet types that carry no coded frame.
constexpr std::uint8_t kVideoMetadata = 4;
constexpr std::uint8_t kMpeg2TsSequenceStart = 5;
constexpr std::uint8_t kMultitrack = 6;
constexpr std::uint8_t kModEx = 7;
constexpr std::uint8_t kAudioMultichannelConfig = 4;
constexpr std::uint8_t kAudioMultitrack = 5;

FrameRole codedFrameRole(std::uint8_t frameType) {
    if (frameType == kFrameTypeCommand) return FrameRole::Other;
    return frameType == kFrameTypeKey ? FrameRole::Keyframe : FrameRole::Media;
}

/// In a multitrack packet the second byte's low bits hold the packet type of the tracks inside.
FrameRole multitrackRole(base::ByteSpan body, FrameRole coded) {
    if (body.size() < 2) return FrameRole::Other;
    return (body[1] & 0x0FU) == kSequenceStart ? FrameRole::CodecConfig : coded;
}

FrameRole enhancedVideoRole(base::ByteSpan body) {
    const auto frameType = static_cast<std::uint8_t>((body[0] >> 4U) & 0x07U);
    if (frameType == kFrameTypeCommand) return FrameRole::Other;
    switch (body[0] & 0x0FU) {
    case kSequenceStart:
    case kMpeg2TsSequenceStart: return FrameRole::CodecConfig;
    case kSequenceEnd:
    case kVideoMetadata: return FrameRole::Other;
    case kMultitrack: return multitrackRole(body, codedFrameRole(frameType));
    case kModEx:
    default: return codedFrameRole(frameType);
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
    if (format != kAudioFormatEnhanced) return FrameRole::Media;
    switch (flvBody[0] & 0x0FU) {
    case kSequenceStart:
    case kAudioMultichannelConfig: return FrameRole::CodecConfig;
    case kSequenceEnd: return FrameRole::Other;
    case kAudioMultitrack: return multitrackRole(flvBody, FrameRole::Media);
    default: return FrameRole::Media;
    }
}

} // namespace hookcast::media
