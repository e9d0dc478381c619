#include "media/StillPicture.h"

#include "media/FlvBody.h"
#include "media/LibavHandles.h"

extern "C" {
#include <libavutil/frame.h>
#include <libavutil/opt.h>
#include <libswscale/swscale.h>
}

#include <algorithm>
#include <memory>

namespace hookcast::media {

namespace {

/// Of libavcodec's scale from 1 to 31: 3 is good.
constexpr int kQuality = 3;
/// From this height on, pictures that do not say are in BT.709's colours.
constexpr int kHighDefinition = 720;

struct CodecCloser {
    void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
};
struct FrameFreer {
    void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};
struct ScalerFreer {
    void operator()(SwsContext* scaler) const { sws_freeContext(scaler); }
};
using CodecPtr = std::unique_ptr<AVCodecContext, CodecCloser>;
using PicturePtr = std::unique_ptr<AVFrame, FrameFreer>;
using ScalerPtr = std::unique_ptr<SwsContext, ScalerFreer>;

base::Error errorOf(const char* what, int code) {
    return base::Error{std::string(what) + ": " + libavErrorText(code)};
}

base::Error noMemory() {
    return base::Error{"no memory for a picture"};
}

AVCodecID idOf(Codec codec) {
    switch (codec) {
    case Codec::Avc: return AV_CODEC_ID_H264;
    case Codec::Hevc: return AV_CODEC_ID_HEVC;
    case Codec::Av1: return AV_CODEC_ID_AV1;
    case Codec::Vp8: return AV_CODEC_ID_VP8;
    case Codec::Vp9: return AV_CODEC_ID_VP9;
    default: return AV_CODEC_ID_NONE;
    }
}

AvPacketPtr packetOf(base::ByteSpan bytes) {
    AvPacketPtr packet(av_packet_alloc());
    if (packet == nullptr || av_new_packet(packet.get(), static_cast<int>(bytes.size())) < 0) return nullptr;
    std::ranges::copy(bytes, packet->data);
    packet->flags |= AV_PKT_FLAG_KEY;
    return packet;
}

base::Result<CodecPtr> openDecoder(Codec codec, base::ByteSpan config) {
    const AVCodec* const decoder = avcodec_find_decoder(idOf(codec));
    if (decoder == nullptr) return base::Error{"no decoder for " + std::string(nameOf(codec))};
    CodecPtr context(avcodec_alloc_context3(decoder));
    if (context == nullptr) return noMemory();
    context->thread_count = 1;
    context->max_pixels = kMostPixels;
    if (!config.empty()) {
        context->extradata = static_cast<std::uint8_t*>(av_mallocz(config.size() + AV_INPUT_BUFFER_PADDING_SIZE));
        if (context->extradata == nullptr) return noMemory();
        std::ranges::copy(config, context->extradata);
        context->extradata_size = static_cast<int>(config.size());
    }
    const int code = avcodec_open2(context.get(), decoder, nullptr);
    if (code < 0) return errorOf("the decoder does not start", code);
    return context;
}

base::Result<PicturePtr> decode(AVCodecContext& decoder, base::ByteSpan bytes) {
    const AvPacketPtr packet = packetOf(bytes);
    PicturePtr picture(av_frame_alloc());
    if (packet == nullptr || picture == nullptr) return noMemory();
    int code = avcodec_send_packet(&decoder, packet.get());
    // Nothing comes behind it: what is held back comes out.
    if (code >= 0) code = avcodec_send_packet(&decoder, nullptr);
    if (code >= 0) code = avcodec_receive_frame(&decoder, picture.get());
    if (code < 0) return errorOf("the keyframe cannot be decoded", code);
    if ((picture->flags & AV_FRAME_FLAG_CORRUPT) != 0 || picture->decode_error_flags != 0)
        return base::Error{"the keyframe is broken"};
    return picture;
}

/// As JPEG has it: 8 bits, 4:2:0, the full range, BT.601.
base::Result<PicturePtr> convert(const AVFrame& source) {
    PicturePtr picture(av_frame_alloc());
    if (picture == nullptr) return noMemory();
    picture->format = AV_PIX_FMT_YUVJ420P;
    picture->width = source.width;
    picture->height = source.height;
    picture->color_range = AVCOL_RANGE_JPEG;
    if (av_frame_get_buffer(picture.get(), 0) < 0) return noMemory();
    const ScalerPtr scaler(sws_getContext(source.width, source.height, static_cast<AVPixelFormat>(source.format),
                                          source.width, source.height, AV_PIX_FMT_YUVJ420P, SWS_BILINEAR, nullptr,
                                          nullptr, nullptr));
    if (scaler == nullptr) return base::Error{"the picture's format is not known"};
    const bool saysColours = source.colorspace != AVCOL_SPC_UNSPECIFIED && source.colorspace != AVCOL_SPC_RGB;
    const int usual = source.height >= kHighDefinition ? SWS_CS_ITU709 : SWS_CS_ITU601;
    const int* const colours = sws_getCoefficients(saysColours ? source.colorspace : usual);
    const int isFull = source.color_range == AVCOL_RANGE_JPEG ? 1 : 0;
    constexpr int kOne = 1 << 16;
    sws_setColorspaceDetails(scaler.get(), colours, isFull, sws_getCoefficients(SWS_CS_ITU601), 1, 0, kOne, kOne);
    const int lines =
        sws_scale(scaler.get(), source.data, source.linesize, 0, source.height, picture->data, picture->linesize);
    if (lines != source.height) return base::Error{"the picture cannot be converted"};
    return picture;
}

base::Result<std::string> encode(AVFrame& picture) {
    const AVCodec* const codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG);
    if (codec == nullptr) return base::Error{"no encoder for JPEG"};
    const CodecPtr encoder(avcodec_alloc_context3(codec));
    const AvPacketPtr packet(av_packet_alloc());
    if (encoder == nullptr || packet == nullptr) return noMemory();
    encoder->width = picture.width;
    encoder->height = picture.height;
    encoder->pix_fmt = AV_PIX_FMT_YUVJ420P;
    encoder->color_range = AVCOL_RANGE_JPEG;
    encoder->time_base = {1, 1};
    encoder->thread_count = 1;
    encoder->flags |= AV_CODEC_FLAG_QSCALE;
    encoder->global_quality = kQuality * FF_QP2LAMBDA;
    picture.quality = encoder->global_quality;
    picture.pts = 0;
    int code = avcodec_open2(encoder.get(), codec, nullptr);
    if (code >= 0) code = avcodec_send_frame(encoder.get(), &picture);
    if (code >= 0) code = avcodec_receive_packet(encoder.get(), packet.get());
    if (code < 0) return errorOf("the picture cannot be made a JPEG", code);
    return std::string(reinterpret_cast<const char*>(packet->data), static_cast<std::size_t>(packet->size));
}

} // namespace

base::Result<std::string> jpegOf(const Frame* config, const Frame& keyframe) {
    silenceLibav();
    const auto video = readVideoBody(keyframe.body);
    if (!video || video->part != BodyPart::Frame || video->payload.empty())
        return base::Error{"a keyframe of a codec that is not known"};
    base::ByteSpan record;
    if (config != nullptr) {
        const auto configured = readVideoBody(config->body);
        if (configured && configured->codec == video->codec) record = configured->payload;
    }
    const auto decoder = openDecoder(video->codec, record);
    if (!decoder) return decoder.error();
    const auto picture = decode(*decoder.value(), video->payload);
    if (!picture) return picture.error();
    const auto converted = convert(*picture.value());
    if (!converted) return converted.error();
    return encode(*converted.value());
}

} // namespace hookcast::media
