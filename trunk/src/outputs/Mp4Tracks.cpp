#include "outputs/Mp4Tracks.h"

#include "media/AacConfig.h"
#include "media/AvcConfig.h"
#include "media/AvcSps.h"
#include "media/FlvBody.h"
#include "media/HevcConfig.h"
#include "media/HevcSps.h"
#include "media/Mp3Header.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace hookcast::outputs {

namespace {

using media::Codec;

constexpr int kOpusRate = 48000;
constexpr std::size_t kOpusChannels = 9; ///< of OpusHead (RFC 7845, 5.1)
constexpr int kAc3Samples = 1536;

struct Size {
    std::uint32_t width;
    std::uint32_t height;
};

std::optional<Size> sizeOf(Codec codec, base::ByteSpan config) {
    if (codec == Codec::Avc) {
        const auto record = media::AvcConfig::readRecord(config);
        if (!record || !record.value().complete()) return std::nullopt;
        const auto sps = media::AvcSps::parse(record.value().sps.front());
        return sps ? std::optional<Size>({sps.value().width, sps.value().height}) : std::nullopt;
    }
    const auto record = media::HevcConfig::readRecord(config);
    if (!record || record.value().sps.empty()) return std::nullopt;
    const auto sps = media::HevcSps::parse(record.value().sps.front());
    return sps ? std::optional<Size>({sps.value().width, sps.value().height}) : std::nullopt;
}

media::AvCodecParametersPtr makeParameters(AVMediaType type, AVCodecID id, base::ByteSpan extradata) {
    media::AvCodecParametersPtr parameters(avcodec_parameters_alloc());
    if (parameters == nullptr) return nullptr;
    parameters->codec_type = type;
    parameters->codec_id = id;
    if (extradata.empty()) return parameters;
    parameters->extradata = static_cast<std::uint8_t*>(av_mallocz(extradata.size() + AV_INPUT_BUFFER_PADDING_SIZE));
    if (parameters->extradata == nullptr) return nullptr;
    std::ranges::copy(extradata, parameters->extradata);
    parameters->extradata_size = static_cast<int>(extradata.size());
    return parameters;
}

media::AvCodecParametersPtr videoParameters(const media::VideoBody& video) {
    if (video.codec != Codec::Avc && video.codec != Codec::Hevc) return nullptr;
    const auto size = sizeOf(video.codec, video.payload);
    if (!size) return nullptr;
    auto parameters = makeParameters(AVMEDIA_TYPE_VIDEO,
                                     video.codec == Codec::Avc ? AV_CODEC_ID_H264 : AV_CODEC_ID_HEVC, video.payload);
    if (parameters == nullptr) return nullptr;
    if (video.codec == Codec::Hevc) parameters->codec_tag = kHevcTag;
    parameters->width = static_cast<int>(size->width);
    parameters->height = static_cast<int>(size->height);
    return parameters;
}

media::AvCodecParametersPtr audioTrack(AVCodecID id, base::ByteSpan extradata, std::uint32_t rate, int channels,
                                       int samples) {
    auto parameters = makeParameters(AVMEDIA_TYPE_AUDIO, id, extradata);
    if (parameters == nullptr || rate == 0 || channels == 0) return nullptr;
    parameters->sample_rate = static_cast<int>(rate);
    av_channel_layout_default(&parameters->ch_layout, channels);
    parameters->frame_size = samples;
    return parameters;
}

media::AvCodecParametersPtr audioParameters(const media::AudioBody& audio) {
    const bool isConfig = audio.part == media::BodyPart::Config;
    if (audio.codec == Codec::Aac && isConfig) {
        const auto config = media::AacConfig::read(audio.payload);
        if (!config) return nullptr;
        return audioTrack(AV_CODEC_ID_AAC, audio.payload, config.value().sampleRate, config.value().channels,
                          static_cast<int>(config.value().frameSamples));
    }
    if (audio.codec == Codec::Opus && isConfig && audio.payload.size() > kOpusChannels)
        return audioTrack(AV_CODEC_ID_OPUS, audio.payload, kOpusRate, audio.payload[kOpusChannels], 0);
    if (audio.codec == Codec::Mp3 && !isConfig) {
        const auto header = media::Mp3Header::read(audio.payload);
        if (!header) return nullptr;
        return audioTrack(AV_CODEC_ID_MP3, {}, header.value().sampleRate, header.value().channels,
                          static_cast<int>(header.value().frameSamples));
    }
    // The muxer reads the rest out of the first frame.
    if (audio.codec == Codec::Ac3) return audioTrack(AV_CODEC_ID_AC3, {}, kOpusRate, 2, kAc3Samples);
    if (audio.codec == Codec::Eac3) return audioTrack(AV_CODEC_ID_EAC3, {}, kOpusRate, 2, kAc3Samples);
    return nullptr;
}

void add(Mp4Tracks& all, media::FrameKind kind, Codec codec, media::AvCodecParametersPtr parameters) {
    if (parameters != nullptr) {
        all.tracks.push_back({kind, codec, std::move(parameters)});
        return;
    }
    if (!all.leftOut.empty()) all.leftOut += ", ";
    all.leftOut += media::nameOf(codec);
}

} // namespace

Mp4Tracks mp4TracksOf(const hub::StreamHeaders& headers) {
    Mp4Tracks all;
    if (headers.videoConfig != nullptr) {
        if (const auto video = media::readVideoBody(headers.videoConfig->body))
            add(all, media::FrameKind::Video, video->codec, videoParameters(*video));
    }
    const media::FramePtr& sound = headers.audioConfig != nullptr ? headers.audioConfig : headers.audioSample;
    if (sound != nullptr) {
        if (const auto audio = media::readAudioBody(sound->body))
            add(all, media::FrameKind::Audio, audio->codec, audioParameters(*audio));
    }
    return all;
}

} // namespace hookcast::outputs
