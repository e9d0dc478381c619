#include "media/TsProgramWriter.h"

extern "C" {
#include <libavutil/opt.h>
}

#include <algorithm>
#include <utility>

namespace hookcast::media {

namespace {

/// Between our memory and libavformat's: larger than most access units, so that one is mostly one call.
constexpr int kIoBufferBytes = 64 * 1024;
constexpr int kVideoPid = 0x100;
constexpr int kAudioPid = 0x101;
constexpr std::uint16_t kPatPid = 0x0000;
constexpr std::uint16_t kSdtPid = 0x0011;
constexpr std::uint16_t kPmtPid = 0x1000;

AVCodecID codecId(Codec codec) {
    switch (codec) {
    case Codec::Avc: return AV_CODEC_ID_H264;
    case Codec::Hevc: return AV_CODEC_ID_HEVC;
    case Codec::Aac: return AV_CODEC_ID_AAC;
    case Codec::Mp3: return AV_CODEC_ID_MP3;
    case Codec::Opus: return AV_CODEC_ID_OPUS;
    case Codec::Ac3: return AV_CODEC_ID_AC3;
    case Codec::Eac3: return AV_CODEC_ID_EAC3;
    default: return AV_CODEC_ID_NONE;
    }
}

bool isVideoCodec(Codec codec) {
    return codec == Codec::Avc || codec == Codec::Hevc;
}

std::uint16_t pidOf(base::ByteSpan packet) {
    return static_cast<std::uint16_t>((packet[1] & 0x1FU) << 8U | packet[2]);
}

int appendTo(void* bytes, std::uint8_t* data, int size) {
    auto& out = *static_cast<base::Bytes*>(bytes);
    out.insert(out.end(), data, data + size);
    return size;
}

void setExtradata(AVCodecParameters& parameters, base::ByteSpan bytes) {
    if (bytes.empty()) return;
    parameters.extradata = static_cast<std::uint8_t*>(av_mallocz(bytes.size() + AV_INPUT_BUFFER_PADDING_SIZE));
    if (parameters.extradata == nullptr) return;
    std::copy(bytes.begin(), bytes.end(), parameters.extradata);
    parameters.extradata_size = static_cast<int>(bytes.size());
}

} // namespace

base::Result<std::unique_ptr<TsProgramWriter>> TsProgramWriter::create(TsProgram program, int version,
                                                                       bool afterDiscontinuity) {
    std::unique_ptr<TsProgramWriter> writer(new TsProgramWriter(std::move(program)));
    if (const auto opened = writer->open(version, afterDiscontinuity); !opened) return opened.error();
    return writer;
}

TsProgramWriter::TsProgramWriter(TsProgram program) : program_(std::move(program)) {}

base::Result<void> TsProgramWriter::open(int version, bool afterDiscontinuity) {
    silenceLibav();
    packet_.reset(av_packet_alloc());
    io_ = makeAvIo(kIoBufferBytes, &out_, nullptr, appendTo);
    if (packet_ == nullptr || io_ == nullptr) return base::Error{"no memory for the MPEG-TS muxer"};
    int code = 0;
    muxer_ = makeAvOutput("mpegts", code);
    if (muxer_ == nullptr) return base::Error{"no MPEG-TS muxer: " + libavErrorText(code)};
    muxer_->pb = io_.get();
    // Access units come as they shall be written, and leave at once.
    muxer_->flags = AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_FLUSH_PACKETS;
    muxer_->max_delay = 0;
    muxer_->strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL; // Opus in MPEG-TS
    av_dict_set(&muxer_->metadata, "service_name", "hookcast", 0);
    av_dict_set(&muxer_->metadata, "service_provider", "hookcast", 0);
    for (const auto& [codec, track] : {std::pair{program_.video, &videoTrack_}, {program_.audio, &audioTrack_}}) {
        if (codec == Codec::None) continue;
        const auto added = addTrack(codec);
        if (!added) return added.error();
        *track = added.value();
    }
    AvOptions options;
    options.set("pes_payload_size", std::int64_t{0});
    options.set("tables_version", std::int64_t{version});
    if (afterDiscontinuity) options.set("mpegts_flags", "initial_discontinuity");
    code = avformat_write_header(muxer_.get(), options.get());
    if (code < 0) return base::Error{"the MPEG-TS muxer does not start: " + libavErrorText(code)};
    return {};
}

base::Result<int> TsProgramWriter::addTrack(Codec codec) {
    AVStream* const stream = avformat_new_stream(muxer_.get(), nullptr);
    if (stream == nullptr) return base::Error{"no memory for the MPEG-TS muxer"};
    AVCodecParameters& parameters = *stream->codecpar;
    parameters.codec_id = codecId(codec);
    if (parameters.codec_id == AV_CODEC_ID_NONE)
        return base::Error{"MPEG-TS cannot carry " + std::string(nameOf(codec))};
    if (isVideoCodec(codec)) {
        parameters.codec_type = AVMEDIA_TYPE_VIDEO;
        stream->id = kVideoPid;
        return stream->index;
    }
    parameters.codec_type = AVMEDIA_TYPE_AUDIO;
    stream->id = kAudioPid;
    // libavformat wants to know both. MPEG-TS says neither, but for Opus the channels and for MP3 the kind of rate.
    constexpr int kAnyRate = 48000;
    constexpr int kAnyMpeg2Rate = 24000;
    const bool isOpus = codec == Codec::Opus && program_.opusHead.size() > 9;
    parameters.sample_rate = program_.isMpeg2Audio ? kAnyMpeg2Rate : kAnyRate;
    av_channel_layout_default(&parameters.ch_layout, isOpus ? program_.opusHead[9] : 2);
    if (isOpus) setExtradata(parameters, program_.opusHead);
    return stream->index;
}

base::Result<base::ByteSpan> TsProgramWriter::write(const TsUnit& unit) {
    out_.clear();
    if (unit.wantsTables) av_opt_set(muxer_->priv_data, "mpegts_flags", "+resend_headers", 0);
    packet_->data = const_cast<std::uint8_t*>(unit.bytes.data()); // which the muxer does not write to
    packet_->size = static_cast<int>(unit.bytes.size());
    packet_->dts = unit.dts90kHz;
    packet_->pts = unit.pts90kHz;
    packet_->flags = unit.isKeyframe || !unit.isVideo ? AV_PKT_FLAG_KEY : 0;
    packet_->stream_index = unit.isVideo ? videoTrack_ : audioTrack_;
    const int code = av_write_frame(muxer_.get(), packet_.get());
    packet_->data = nullptr;
    packet_->size = 0;
    // The muxer keeps an audio frame that does not fill a packet, to put the next one behind it, unless it is flushed.
    if (!unit.isVideo) av_write_frame(muxer_.get(), nullptr);
    if (code < 0) return base::Error{"the MPEG-TS muxer refuses a frame: " + libavErrorText(code)};
    noteTables();
    return base::ByteSpan(out_);
}

void TsProgramWriter::noteTables() {
    std::size_t end = 0;
    bool hasPat = false;
    for (; end + kPacketBytes <= out_.size(); end += kPacketBytes) {
        const std::uint16_t pid = pidOf(base::ByteSpan(out_).subspan(end, kPacketBytes));
        if (pid != kPatPid && pid != kPmtPid && pid != kSdtPid) break;
        hasPat = hasPat || pid == kPatPid;
    }
    if (hasPat) tables_.assign(out_.begin(), out_.begin() + static_cast<std::ptrdiff_t>(end));
}

} // namespace hookcast::media
