#include "media/FlvBody.h"

#include "base/ByteReader.h"
#include "base/ByteWriter.h"
#include "media/EnhancedTag.h"

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

namespace hookcast::media {

namespace {

constexpr std::uint8_t kExVideoHeader = 0x80;
constexpr std::uint8_t kFrameTypeKey = 1;
constexpr std::uint8_t kFrameTypeInter = 2;
constexpr std::uint8_t kFrameTypeCommand = 5;
constexpr std::uint8_t kVideoCodecAvc = 7;
constexpr std::uint8_t kVideoCodecHevcLegacy = 12;

constexpr std::uint8_t kSoundMp3 = 2;
constexpr std::uint8_t kSoundG711A = 7;
constexpr std::uint8_t kSoundG711U = 8;
constexpr std::uint8_t kSoundEnhanced = 9;
constexpr std::uint8_t kSoundAac = 10;
constexpr std::uint8_t kSoundMp3At8Khz = 14;

constexpr std::uint8_t kSequenceStart = 0;
constexpr std::uint8_t kCodedFrames = 1;
constexpr std::uint8_t kCodedFramesX = 3;

constexpr std::uint32_t fourCc(std::string_view text) {
    std::uint32_t value = 0;
    for (const char letter : text) value = (value << 8U) | static_cast<std::uint8_t>(letter);
    return value;
}

using FourCc = std::pair<Codec, std::uint32_t>;
constexpr std::array<FourCc, 11> kFourCcs = {{
    {Codec::Avc, fourCc("avc1")},
    {Codec::Hevc, fourCc("hvc1")},
    {Codec::Av1, fourCc("av01")},
    {Codec::Vp8, fourCc("vp08")},
    {Codec::Vp9, fourCc("vp09")},
    {Codec::Aac, fourCc("mp4a")},
    {Codec::Opus, fourCc("Opus")},
    {Codec::Mp3, fourCc(".mp3")},
    {Codec::Flac, fourCc("fLaC")},
    {Codec::Ac3, fourCc("ac-3")},
    {Codec::Eac3, fourCc("ec-3")},
}};

Codec codecOf(std::uint32_t code) {
    for (const auto& [codec, itsCode] : kFourCcs)
        if (itsCode == code) return codec;
    return Codec::None;
}

std::uint32_t fourCcOf(Codec codec) {
    for (const auto& [itsCodec, code] : kFourCcs)
        if (itsCodec == codec) return code;
    return 0;
}

std::int32_t signed24(std::uint32_t value) {
    return static_cast<std::int32_t>(value << 8U) >> 8;
}

BodyPart partOf(std::uint8_t packetType) {
    if (packetType == kSequenceStart) return BodyPart::Config;
    return packetType == kCodedFrames || packetType == kCodedFramesX ? BodyPart::Frame : BodyPart::Other;
}

std::optional<VideoBody> readEnhancedVideo(base::ByteSpan body, std::uint8_t number) {
    const auto packet = readEnhanced(FrameKind::Video, body);
    const EnhancedTrack* track = packet ? packet->find(number) : nullptr;
    if (track == nullptr) return std::nullopt;
    VideoBody video;
    video.codec = codecOf(track->fourCc);
    video.part = partOf(packet->packetType);
    video.isKeyframe = ((body[0] >> 4U) & 0x07U) == kFrameTypeKey;
    const bool hasOffset = video.codec == Codec::Avc || video.codec == Codec::Hevc;
    base::ByteReader reader(track->payload);
    if (packet->packetType == kCodedFrames && hasOffset) video.ctsMs = signed24(reader.u24());
    video.payload = reader.rest();
    if (!reader.ok() || video.codec == Codec::None) return std::nullopt;
    return video;
}

/// FLV 10.1, E.4.2.1: rates by index; AAC's own configuration has the true one.
constexpr std::array<std::uint32_t, 4> kSoundRates{5512, 11025, 22050, 44100};

std::optional<AudioBody> readEnhancedAudio(base::ByteSpan body, std::uint8_t number) {
    const auto packet = readEnhanced(FrameKind::Audio, body);
    const EnhancedTrack* track = packet ? packet->find(number) : nullptr;
    if (track == nullptr) return std::nullopt;
    AudioBody audio;
    audio.codec = codecOf(track->fourCc);
    audio.part = partOf(packet->packetType);
    audio.payload = track->payload;
    if (audio.codec == Codec::None) return std::nullopt;
    return audio;
}

Codec soundCodec(std::uint8_t format) {
    switch (format) {
    case kSoundMp3:
    case kSoundMp3At8Khz: return Codec::Mp3;
    case kSoundG711A: return Codec::G711A;
    case kSoundG711U: return Codec::G711U;
    case kSoundAac: return Codec::Aac;
    default: return Codec::None;
    }
}

std::uint8_t soundFormat(Codec codec) {
    switch (codec) {
    case Codec::Mp3: return kSoundMp3;
    case Codec::G711A: return kSoundG711A;
    case Codec::G711U: return kSoundG711U;
    case Codec::Aac: return kSoundAac;
    default: return kSoundEnhanced;
    }
}

std::uint8_t soundRateIndex(const AudioBody& audio) {
    if (audio.codec == Codec::Aac) return 3;
    std::uint8_t index = 0;
    while (index < 3 && kSoundRates[index] < audio.sampleRate) ++index;
    return index;
}

} // namespace

std::string_view nameOf(Codec codec) {
    switch (codec) {
    case Codec::None: return "unknown";
    case Codec::Avc: return "H264";
    case Codec::Hevc: return "HEVC";
    case Codec::Av1: return "AV1";
    case Codec::Vp8: return "VP8";
    case Codec::Vp9: return "VP9";
    case Codec::Aac: return "AAC";
    case Codec::Opus: return "Opus";
    case Codec::Mp3: return "MP3";
    case Codec::G711A: return "G711A";
    case Codec::G711U: return "G711U";
    case Codec::Flac: return "FLAC";
    case Codec::Ac3: return "AC3";
    case Codec::Eac3: return "EAC3";
    }
    return "unknown";
}

std::optional<VideoBody> readVideoBody(base::ByteSpan body, std::uint8_t track) {
    base::ByteReader reader(body);
    const std::uint8_t first = reader.u8();
    const auto frameType = static_cast<std::uint8_t>((first >> 4U) & 0x07U);
    if (!reader.ok() || frameType == kFrameTypeCommand) return std::nullopt;
    if (isEnhanced(FrameKind::Video, body)) return readEnhancedVideo(body, track);
    if (track != 0) return std::nullopt;
    VideoBody video;
    const auto codecId = static_cast<std::uint8_t>(first & 0x0FU);
    if (codecId != kVideoCodecAvc && codecId != kVideoCodecHevcLegacy) return std::nullopt;
    video.codec = codecId == kVideoCodecAvc ? Codec::Avc : Codec::Hevc;
    video.isKeyframe = frameType == kFrameTypeKey;
    const std::uint8_t packetType = reader.u8();
    video.part = packetType == kCodedFramesX ? BodyPart::Other : partOf(packetType);
    video.ctsMs = signed24(reader.u24());
    video.payload = reader.rest();
    if (!reader.ok()) return std::nullopt;
    return video;
}

std::optional<AudioBody> readAudioBody(base::ByteSpan body, std::uint8_t track) {
    base::ByteReader reader(body);
    const std::uint8_t first = reader.u8();
    const auto format = static_cast<std::uint8_t>(first >> 4U);
    if (!reader.ok()) return std::nullopt;
    if (isEnhanced(FrameKind::Audio, body)) return readEnhancedAudio(body, track);
    if (track != 0) return std::nullopt;
    AudioBody audio;
    audio.codec = soundCodec(format);
    if (audio.codec == Codec::None) return std::nullopt;
    const bool isG711 = audio.codec == Codec::G711A || audio.codec == Codec::G711U;
    audio.sampleRate = isG711 || format == kSoundMp3At8Khz ? 8000 : kSoundRates[(first >> 2U) & 0x03U];
    audio.channels = static_cast<std::uint8_t>((first & 0x01U) + 1);
    audio.part = BodyPart::Frame;
    if (audio.codec == Codec::Aac) audio.part = reader.u8() == kSequenceStart ? BodyPart::Config : BodyPart::Frame;
    audio.payload = reader.rest();
    if (!reader.ok()) return std::nullopt;
    return audio;
}

base::Bytes writeVideoBody(const VideoBody& video) {
    base::Bytes body;
    body.reserve(video.payload.size() + 8);
    base::ByteWriter writer(body);
    const std::uint8_t frameType = video.isKeyframe ? kFrameTypeKey : kFrameTypeInter;
    const bool isConfig = video.part == BodyPart::Config;
    if (video.codec == Codec::Avc) {
        writer.u8(static_cast<std::uint8_t>(frameType << 4U | kVideoCodecAvc));
        writer.u8(isConfig ? kSequenceStart : kCodedFrames);
        writer.u24(static_cast<std::uint32_t>(video.ctsMs) & 0xFFFFFFU);
    } else {
        const std::uint8_t packetType = isConfig ? kSequenceStart : kCodedFrames;
        writer.u8(static_cast<std::uint8_t>(kExVideoHeader | frameType << 4U | packetType));
        writer.u32(fourCcOf(video.codec));
        if (!isConfig && video.codec == Codec::Hevc) writer.u24(static_cast<std::uint32_t>(video.ctsMs) & 0xFFFFFFU);
    }
    writer.bytes(video.payload);
    return body;
}

base::Bytes writeAudioBody(const AudioBody& audio) {
    base::Bytes body;
    body.reserve(audio.payload.size() + 5);
    base::ByteWriter writer(body);
    const std::uint8_t format = soundFormat(audio.codec);
    const std::uint8_t packetType = audio.part == BodyPart::Config ? kSequenceStart : kCodedFrames;
    if (format == kSoundEnhanced) {
        writer.u8(static_cast<std::uint8_t>(format << 4U | packetType));
        writer.u32(fourCcOf(audio.codec));
    } else {
        constexpr unsigned kSixteenBit = 1U << 1U;
        const bool isG711 = audio.codec == Codec::G711A || audio.codec == Codec::G711U;
        const unsigned rate = isG711 ? 0U : soundRateIndex(audio);
        const unsigned stereo = audio.codec == Codec::Aac || (!isG711 && audio.channels > 1) ? 1U : 0U;
        writer.u8(static_cast<std::uint8_t>(format << 4U | rate << 2U | kSixteenBit | stereo));
        if (audio.codec == Codec::Aac) writer.u8(packetType);
    }
    writer.bytes(audio.payload);
    return body;
}

base::Bytes writeMetadata(Codec video, Codec audio) {
    constexpr std::uint8_t kAmfNumber = 0;
    constexpr std::uint8_t kAmfString = 2;
    constexpr std::uint8_t kAmfArray = 8;
    constexpr std::uint32_t kAmfObjectEnd = 9;
    constexpr std::string_view kName = "onMetaData";
    base::Bytes body;
    base::ByteWriter writer(body);
    const auto entry = [&writer](std::string_view key, std::uint32_t value) {
        writer.u16(static_cast<std::uint16_t>(key.size()));
        writer.text(key);
        writer.u8(kAmfNumber);
        writer.f64(value);
    };
    const std::uint8_t format = soundFormat(audio);
    writer.u8(kAmfString);
    writer.u16(static_cast<std::uint16_t>(kName.size()));
    writer.text(kName);
    writer.u8(kAmfArray);
    writer.u32((video != Codec::None ? 1U : 0U) + (audio != Codec::None ? 1U : 0U));
    if (video != Codec::None) entry("videocodecid", video == Codec::Avc ? kVideoCodecAvc : fourCcOf(video));
    if (audio != Codec::None) entry("audiocodecid", format == kSoundEnhanced ? fourCcOf(audio) : format);
    writer.u24(kAmfObjectEnd);
    return body;
}

Codec codecOf(const Frame& frame) {
    if (frame.kind == FrameKind::Video) {
        const auto video = readVideoBody(frame.body);
        return video ? video->codec : Codec::None;
    }
    const auto audio = readAudioBody(frame.body);
    return audio ? audio->codec : Codec::None;
}

} // namespace hookcast::media
