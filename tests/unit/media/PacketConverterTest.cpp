#include "media/PacketConverter.h"

#include "media/AdtsHeader.h"
#include "unit/media/TsFrames.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace hookcast::media {
namespace {

/// A track of a source, and what its packets become.
class PacketConverterTest : public ::testing::Test {
  protected:
    void open(AVCodecID codec, const base::Bytes& extradata = {}, int sampleRate = 0) {
        parameters_->codec_id = codec;
        parameters_->sample_rate = sampleRate;
        parameters_->ch_layout.nb_channels = 2;
        if (!extradata.empty()) parameters_->extradata = copied(extradata);
        parameters_->extradata_size = static_cast<int>(extradata.size());
        auto created = PacketConverter::create(*parameters_, {1, 90000});
        ASSERT_TRUE(created) << created.error().message;
        converter_ = created.take();
    }

    std::vector<ConvertedFrame> convert(base::Bytes bytes, std::int64_t dts = 0, std::int64_t pts = 0, bool key = false,
                                        const base::Bytes& newExtradata = {}) {
        const AvPacketPtr packet(av_packet_alloc());
        packet->data = bytes.data();
        packet->size = static_cast<int>(bytes.size());
        packet->dts = dts;
        packet->pts = pts;
        packet->flags = key ? AV_PKT_FLAG_KEY : 0;
        if (!newExtradata.empty())
            av_packet_add_side_data(packet.get(), AV_PKT_DATA_NEW_EXTRADATA, copied(newExtradata), newExtradata.size());
        std::vector<ConvertedFrame> frames;
        converter_->convert(*packet, frames);
        packet->data = nullptr;
        packet->size = 0;
        return frames;
    }

    static std::uint8_t* copied(const base::Bytes& bytes) {
        auto* const memory = static_cast<std::uint8_t*>(av_mallocz(bytes.size() + AV_INPUT_BUFFER_PADDING_SIZE));
        std::copy(bytes.begin(), bytes.end(), memory);
        return memory;
    }

    AvCodecParametersPtr parameters_{avcodec_parameters_alloc()};
    std::unique_ptr<PacketConverter> converter_;
};

base::Bytes payloadOf(const ConvertedFrame& frame) {
    base::ByteSpan payload;
    if (frame.kind == FrameKind::Video)
        payload = readVideoBody(frame.body).value().payload;
    else
        payload = readAudioBody(frame.body).value().payload;
    return {payload.begin(), payload.end()};
}

TEST_F(PacketConverterTest, AvcBehindLengthsStaysAsItIs) {
    open(AV_CODEC_ID_H264, avcRecord());
    const auto frames = convert(fromHex("00000003658801"), 9000, 16200, true);
    ASSERT_EQ(frames.size(), 2U);
    EXPECT_EQ(frames[0].role, FrameRole::CodecConfig);
    EXPECT_EQ(payloadOf(frames[0]), avcRecord());
    EXPECT_EQ(frames[1].role, FrameRole::Keyframe);
    EXPECT_EQ(frames[1].timestampMs, 100U);
    EXPECT_EQ(readVideoBody(frames[1].body)->ctsMs, 80);
    EXPECT_EQ(payloadOf(frames[1]), fromHex("00000003658801"));
    const auto next = convert(fromHex("00000003418801"), 12600, 12600);
    ASSERT_EQ(next.size(), 1U);
    EXPECT_EQ(next[0].role, FrameRole::Media);
}

TEST_F(PacketConverterTest, NewExtradataIsANewConfiguration) {
    open(AV_CODEC_ID_H264, avcRecord());
    EXPECT_EQ(convert(fromHex("00000003658801"), 0, 0, true).size(), 2U);
    EXPECT_EQ(convert(fromHex("00000003658801"), 1, 1, true, avcRecord()).size(), 1U);
    base::Bytes other = avcRecord();
    other[3] = 0x1F;
    const auto frames = convert(fromHex("00000003658801"), 2, 2, true, other);
    ASSERT_EQ(frames.size(), 2U);
    EXPECT_EQ(payloadOf(frames[0]), other);
}

TEST_F(PacketConverterTest, AByteStreamIsPutBehindLengths) {
    open(AV_CODEC_ID_H264);
    // No parameter sets yet.
    EXPECT_TRUE(convert(fromHex("00000001658801"), 0, 0, true).empty());
    const auto frames = convert(fromHex("0000000109f0"
                                        "00000001" +
                                        kAvcSps + "000001" + kAvcPps +
                                        "000001060102"
                                        "0000000165880180"),
                                0, 0, true);
    ASSERT_EQ(frames.size(), 2U);
    EXPECT_EQ(payloadOf(frames[0]), avcRecord());
    EXPECT_EQ(payloadOf(frames[1]), fromHex("00000003060102"
                                            "0000000465880180"));
}

TEST_F(PacketConverterTest, ParameterSetsMayBeInTheExtradata) {
    open(AV_CODEC_ID_H264, fromHex("00000001" + kAvcSps + "00000001" + kAvcPps));
    EXPECT_EQ(convert(fromHex("00000001658801"), 0, 0, true).size(), 2U);
}

TEST_F(PacketConverterTest, HevcLikewise) {
    open(AV_CODEC_ID_HEVC);
    const auto frames = convert(fromHex("00000001460150"
                                        "00000001" +
                                        kHevcVps + "00000001" + kHevcSps + "00000001" + kHevcPps + "0000000126018001"),
                                0, 0, true);
    ASSERT_EQ(frames.size(), 2U);
    EXPECT_EQ(payloadOf(frames[0]), hevcRecord());
    EXPECT_EQ(payloadOf(frames[1]), fromHex("0000000426018001"));
    EXPECT_EQ(readVideoBody(frames[1].body)->codec, Codec::Hevc);
}

TEST_F(PacketConverterTest, RawAacHasItsConfigurationInTheExtradata) {
    open(AV_CODEC_ID_AAC, fromHex("1208"), 44100);
    const auto frames = convert(fromHex("00c80102"));
    ASSERT_EQ(frames.size(), 2U);
    EXPECT_EQ(payloadOf(frames[0]), fromHex("1208"));
    EXPECT_EQ(payloadOf(frames[1]), fromHex("00c80102"));
}

TEST_F(PacketConverterTest, AdtsHeadersBecomeAConfiguration) {
    open(AV_CODEC_ID_AAC);
    AacConfig config = AacConfig::read(fromHex("1208")).value();
    const auto packet = [&config] {
        const auto header = AdtsHeader::write(config, 3).value();
        base::Bytes bytes(header.begin(), header.end());
        bytes.insert(bytes.end(), {1, 2, 3});
        return bytes;
    };
    const auto frames = convert(packet());
    ASSERT_EQ(frames.size(), 2U);
    EXPECT_EQ(payloadOf(frames[0]), fromHex("1208"));
    EXPECT_EQ(payloadOf(frames[1]), fromHex("010203"));
    EXPECT_EQ(convert(packet()).size(), 1U);
    config.sampleRate = 48000;
    EXPECT_EQ(convert(packet()).size(), 2U);
    EXPECT_TRUE(convert(fromHex("00c80102030405060708")).empty());
    EXPECT_TRUE(convert(fromHex("fff1")).empty());
}

TEST_F(PacketConverterTest, AFrameWithoutTimeFollowsTheOneBefore) {
    open(AV_CODEC_ID_AAC);
    const auto header = AdtsHeader::write(AacConfig::read(fromHex("1208")).value(), 3).value();
    base::Bytes bytes(header.begin(), header.end());
    bytes.insert(bytes.end(), {1, 2, 3});
    convert(bytes, 90000, 90000);
    const auto second = convert(bytes, AV_NOPTS_VALUE, AV_NOPTS_VALUE);
    const auto third = convert(bytes, AV_NOPTS_VALUE, AV_NOPTS_VALUE);
    ASSERT_EQ(third.size(), 1U);
    EXPECT_EQ(second[0].timestampMs, 1023U); // 1024 samples at 44100 Hz are 23.2 ms
    EXPECT_EQ(third[0].timestampMs, 1046U);
}

TEST_F(PacketConverterTest, AudioWithoutConfiguration) {
    open(AV_CODEC_ID_PCM_MULAW, {}, 8000);
    ASSERT_EQ(convert(fromHex("ffff")).size(), 1U);
    open(AV_CODEC_ID_AC3, {}, 48000);
    EXPECT_EQ(readAudioBody(convert(fromHex("0b77"))[0].body)->codec, Codec::Ac3);
    open(AV_CODEC_ID_MP3);
    EXPECT_TRUE(convert(fromHex("00000000")).empty());
    const auto mp3 = convert(fromHex("fffb906400"));
    ASSERT_EQ(mp3.size(), 1U);
    EXPECT_EQ(readAudioBody(mp3[0].body)->sampleRate, 44100U);
}

TEST_F(PacketConverterTest, RefusesOtherCodecs) {
    parameters_->codec_id = AV_CODEC_ID_MPEG2VIDEO;
    const auto created = PacketConverter::create(*parameters_, {1, 90000});
    ASSERT_FALSE(created);
    EXPECT_EQ(created.error().message, "a track in a codec that is not supported: mpeg2video");
    parameters_->codec_id = AV_CODEC_ID_PCM_ALAW;
    parameters_->sample_rate = 44100;
    EXPECT_FALSE(PacketConverter::create(*parameters_, {1, 90000}));
}

TEST_F(PacketConverterTest, EmptyPacketsAreNothing) {
    open(AV_CODEC_ID_H264);
    EXPECT_TRUE(convert({}).empty());
}

} // namespace
} // namespace hookcast::media
