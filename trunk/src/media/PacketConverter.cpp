#include "media/PacketConverter.h"

#include "media/AdtsHeader.h"
#include "media/AvcNal.h"
#include "media/HevcNal.h"
#include "media/Mp3Header.h"
#include "media/NalUnits.h"

#include <algorithm>
#include <utility>

namespace hookcast::media {

namespace {

constexpr int kTelephoneRate = 8000;

Codec codecOf(const AVCodecParameters& parameters) {
    switch (parameters.codec_id) {
    case AV_CODEC_ID_H264: return Codec::Avc;
    case AV_CODEC_ID_HEVC: return Codec::Hevc;
    case AV_CODEC_ID_AAC: return Codec::Aac;
    case AV_CODEC_ID_MP3: return Codec::Mp3;
    case AV_CODEC_ID_OPUS: return Codec::Opus;
    case AV_CODEC_ID_AC3: return Codec::Ac3;
    case AV_CODEC_ID_EAC3: return Codec::Eac3;
    case AV_CODEC_ID_PCM_ALAW: return parameters.sample_rate == kTelephoneRate ? Codec::G711A : Codec::None;
    case AV_CODEC_ID_PCM_MULAW: return parameters.sample_rate == kTelephoneRate ? Codec::G711U : Codec::None;
    default: return Codec::None;
    }
}

base::ByteSpan bytesOf(const AVPacket& packet) {
    return {packet.data, static_cast<std::size_t>(packet.size)};
}

} // namespace

bool PacketConverter::carries(const AVCodecParameters& parameters) {
    return codecOf(parameters) != Codec::None;
}

base::Result<std::unique_ptr<PacketConverter>> PacketConverter::create(const AVCodecParameters& parameters,
                                                                       AVRational timeBase) {
    const Codec codec = codecOf(parameters);
    if (codec == Codec::None) {
        const char* const name = avcodec_get_name(parameters.codec_id);
        return base::Error{std::string("a track in a codec that is not supported: ") + name};
    }
    std::unique_ptr<PacketConverter> converter(new PacketConverter(parameters.codec_id, codec, timeBase));
    converter->sampleRate_ = static_cast<std::uint32_t>(std::max(parameters.sample_rate, 0));
    converter->channels_ = static_cast<std::uint8_t>(std::clamp(parameters.ch_layout.nb_channels, 0, 255));
    converter->readExtradata({parameters.extradata, static_cast<std::size_t>(std::max(parameters.extradata_size, 0))});
    return converter;
}

PacketConverter::PacketConverter(AVCodecID id, Codec codec, AVRational timeBase)
    : codecId_(id), codec_(codec), timeBase_(timeBase) {}

void PacketConverter::readExtradata(base::ByteSpan extradata) {
    if (isVideo()) {
        // A decoder configuration record begins with its version, a byte stream with zeros.
        form_ = !extradata.empty() && extradata[0] == 1 ? Form::LengthPrefixed : Form::ByteStream;
        if (form_ == Form::ByteStream) {
            units_.clear();
            splitAnnexB(extradata, units_);
            for (const base::ByteSpan unit : units_) adoptParameterSet(unit);
            return;
        }
    } else if (codec_ == Codec::Aac) {
        form_ = extradata.empty() ? Form::Adts : Form::RawAac;
    } else if (codec_ != Codec::Opus) {
        return; // the others have no configuration
    }
    const base::Bytes record(extradata.begin(), extradata.end());
    if (record.empty() || record == config_) return;
    config_ = record;
    configChanged_ = true;
}

void PacketConverter::convert(const AVPacket& packet, std::vector<ConvertedFrame>& out) {
    if (packet.size <= 0) return;
    std::size_t extradataBytes = 0;
    const std::uint8_t* const extradata = av_packet_get_side_data(&packet, AV_PKT_DATA_NEW_EXTRADATA, &extradataBytes);
    if (extradata != nullptr) readExtradata({extradata, extradataBytes});
    const Times times = timesOf(packet);
    switch (form_) {
    case Form::ByteStream: convertByteStream(packet, times, out); return;
    case Form::Adts: convertAdts(packet, times, out); return;
    case Form::LengthPrefixed:
        emitConfig(times, out);
        emitVideo(bytesOf(packet), (packet.flags & AV_PKT_FLAG_KEY) != 0, times, out);
        return;
    case Form::RawAac:
    case Form::Plain: convertPlainAudio(packet, times, out); return;
    }
}

PacketConverter::Times PacketConverter::timesOf(const AVPacket& packet) {
    constexpr AVRational kMilliseconds{1, 1000};
    // The second frame of a PES packet has no time of its own: it follows the first.
    const std::int64_t known = packet.pts != AV_NOPTS_VALUE ? packet.pts : latestDts_ + duration_;
    latestDts_ = packet.dts != AV_NOPTS_VALUE ? packet.dts : known;
    duration_ = std::max<std::int64_t>(packet.duration, 0);
    const std::int64_t pts = packet.pts != AV_NOPTS_VALUE ? packet.pts : latestDts_;
    const std::int64_t dtsMs = av_rescale_q(latestDts_, timeBase_, kMilliseconds);
    return {dtsMs, static_cast<std::int32_t>(av_rescale_q(pts, timeBase_, kMilliseconds) - dtsMs)};
}

void PacketConverter::noteSamples(std::uint32_t samples) {
    if (sampleRate_ == 0) return;
    duration_ = av_rescale_q(samples, {1, static_cast<int>(sampleRate_)}, timeBase_);
}

void PacketConverter::convertByteStream(const AVPacket& packet, const Times& times, std::vector<ConvertedFrame>& out) {
    units_.clear();
    splitAnnexB(bytesOf(packet), units_);
    bool setsChanged = false;
    std::erase_if(units_, [this, &setsChanged](base::ByteSpan unit) {
        if (isDelimiter(unit)) return true;
        const bool isSet = codec_ == Codec::Avc
                               ? avcNalType(unit) == AvcNalType::Sps || avcNalType(unit) == AvcNalType::Pps
                               : hevcNalType(unit) >= HevcNalType::Vps && hevcNalType(unit) <= HevcNalType::Pps;
        if (isSet && adoptParameterSet(unit)) setsChanged = true;
        return isSet;
    });
    if (setsChanged || config_.empty()) {
        auto record = writeRecord();
        if (record && record.value() != config_) {
            config_ = record.take();
            configChanged_ = true;
        }
    }
    if (config_.empty() || units_.empty()) return;
    emitConfig(times, out);
    base::Bytes payload;
    appendLengthPrefixed(units_, payload);
    emitVideo(payload, (packet.flags & AV_PKT_FLAG_KEY) != 0, times, out);
}

bool PacketConverter::isDelimiter(base::ByteSpan unit) const {
    return codec_ == Codec::Avc ? avcNalType(unit) == AvcNalType::AccessUnitDelimiter
                                : hevcNalType(unit) == HevcNalType::AccessUnitDelimiter;
}

bool PacketConverter::adoptParameterSet(base::ByteSpan unit) {
    return codec_ == Codec::Avc ? avc_.adopt(unit) : hevc_.adopt(unit);
}

base::Result<base::Bytes> PacketConverter::writeRecord() const {
    return codec_ == Codec::Avc ? avc_.writeRecord() : hevc_.writeRecord();
}

void PacketConverter::convertAdts(const AVPacket& packet, const Times& times, std::vector<ConvertedFrame>& out) {
    const base::ByteSpan bytes = bytesOf(packet);
    const auto header = AdtsHeader::read(bytes);
    if (!header || header.value().headerBytes >= bytes.size()) return;
    AacConfig config;
    config.objectType = header.value().objectType;
    config.sampleRate = header.value().sampleRate;
    config.channelConfiguration = header.value().channelConfiguration;
    if (aac_ != config) {
        auto record = config.write();
        if (!record) return;
        aac_ = config;
        config_ = record.take();
        configChanged_ = true;
        sampleRate_ = config.sampleRate;
    }
    noteSamples(config.frameSamples);
    emitConfig(times, out);
    emitAudio(bytes.subspan(header.value().headerBytes), times, out);
}

void PacketConverter::convertPlainAudio(const AVPacket& packet, const Times& times, std::vector<ConvertedFrame>& out) {
    if (codec_ == Codec::Mp3) {
        const auto header = Mp3Header::read(bytesOf(packet));
        if (!header || header.value().layer != 3) return;
        sampleRate_ = header.value().sampleRate;
        channels_ = header.value().channels;
        noteSamples(header.value().frameSamples);
    }
    emitConfig(times, out);
    emitAudio(bytesOf(packet), times, out);
}

void PacketConverter::emitConfig(const Times& times, std::vector<ConvertedFrame>& out) {
    if (!configChanged_) return;
    configChanged_ = false;
    const FrameKind kind = isVideo() ? FrameKind::Video : FrameKind::Audio;
    base::Bytes body = isVideo() ? writeVideoBody({codec_, BodyPart::Config, true, 0, config_})
                                 : writeAudioBody({codec_, BodyPart::Config, sampleRate_, channels_, config_});
    out.push_back({kind, FrameRole::CodecConfig, static_cast<std::uint32_t>(times.dtsMs), std::move(body)});
}

void PacketConverter::emitVideo(base::ByteSpan payload, bool isKeyframe, const Times& times,
                                std::vector<ConvertedFrame>& out) const {
    out.push_back({FrameKind::Video, isKeyframe ? FrameRole::Keyframe : FrameRole::Media,
                   static_cast<std::uint32_t>(times.dtsMs),
                   writeVideoBody({codec_, BodyPart::Frame, isKeyframe, times.ctsMs, payload})});
}

void PacketConverter::emitAudio(base::ByteSpan payload, const Times& times, std::vector<ConvertedFrame>& out) const {
    out.push_back({FrameKind::Audio, FrameRole::Media, static_cast<std::uint32_t>(times.dtsMs),
                   writeAudioBody({codec_, BodyPart::Frame, sampleRate_, channels_, payload})});
}

} // namespace hookcast::media
