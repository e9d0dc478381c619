#include "media/CmafTrack.h"
#include "media/CmafWriter.h"

#include "unit/media/Mp4Packets.h"
#include "unit/media/TsFrames.h"

#include <gmock/gmock.h>

namespace hookcast::media {
namespace {

using testing::ElementsAre;

/// A keyframe's first bytes, of VP9, profile 0, 320x180 (VP9, 6.2).
const base::Bytes kVp9Keyframe = {0x82, 0x49, 0x83, 0x42, 0x00, 0x13, 0xF0, 0x0B, 0x30, 0x00};

/// A sequence header OBU of 320x180, as FFmpeg's libaom writes it, behind the four bytes of the record.
const base::Bytes kAv1Record = fromHex("81000c000a0b00000024c4ffdf3f3f4dfd");

Frame pictureConfig(Codec codec, const base::Bytes& record) {
    return frameOf(FrameKind::Video, 0, writeVideoBody({codec, BodyPart::Config, true, 0, record}));
}

Frame picture(Codec codec, const base::Bytes& payload) {
    return frameOf(FrameKind::Video, 0, writeVideoBody({codec, BodyPart::Frame, true, 0, payload}));
}

Frame soundConfig(Codec codec, const base::Bytes& record) {
    return frameOf(FrameKind::Audio, 0, writeAudioBody({codec, BodyPart::Config, 0, 0, record}));
}

TEST(CmafTrack, NamesItsCodecAsPlaylistsDo) {
    const Frame avc = videoConfig(Codec::Avc);
    EXPECT_EQ(readCmafTrack(&avc, videoFrame(Codec::Avc, 0, true)).value().codecs, "avc1.64000c");
    const Frame hevc = videoConfig(Codec::Hevc);
    EXPECT_EQ(readCmafTrack(&hevc, videoFrame(Codec::Hevc, 0, true)).value().codecs, "hvc1.1.6.L60.90");
    const Frame aac = aacConfig();
    EXPECT_EQ(readCmafTrack(&aac, aacFrame(0)).value().codecs, "mp4a.40.2");
    const Frame vp9 = pictureConfig(Codec::Vp9, {0, 11, 0x82, 2, 2, 2, 0, 0});
    const auto vp9Track = readCmafTrack(&vp9, picture(Codec::Vp9, kVp9Keyframe));
    ASSERT_TRUE(vp9Track);
    EXPECT_EQ(vp9Track->codecs, "vp09.00.11.08");
    EXPECT_EQ(vp9Track->width, 320U);
    EXPECT_EQ(vp9Track->height, 180U);
}

TEST(CmafTrack, SoundTellsHowLongItsFramesAre) {
    const auto opus = readCmafTrack(nullptr, audioFrame(Codec::Opus, 0, base::Bytes{0xFC, 1, 2, 3}));
    ASSERT_TRUE(opus);
    EXPECT_EQ(opus->codecs, "opus");
    EXPECT_EQ(opus->frameTicks(base::Bytes{0xFC, 1}), 960U);
    EXPECT_EQ(opus->frameTicks(base::Bytes{0x0B, 3}), 3 * 960U);
    const base::Bytes ac3 = {0x0B, 0x77, 0, 0, 0x1E, 0x40, 0xE1, 0};
    const auto ac3Track = readCmafTrack(nullptr, audioFrame(Codec::Ac3, 0, ac3));
    ASSERT_TRUE(ac3Track);
    EXPECT_EQ(ac3Track->codecs, "ac-3");
    EXPECT_EQ(ac3Track->timescale, 48000U);
    EXPECT_EQ(ac3Track->channels, 6U);
    EXPECT_EQ(ac3Track->frameSamples, 1536U);
    const base::Bytes mp3 = {0xFF, 0xFB, 0x90, 0x00};
    const auto mp3Track = readCmafTrack(nullptr, audioFrame(Codec::Mp3, 0, mp3));
    ASSERT_TRUE(mp3Track);
    EXPECT_EQ(mp3Track->codecs, "mp4a.40.34");
    EXPECT_EQ(mp3Track->frameSamples, 1152U);
}

TEST(CmafTrack, WhatIsCutShortIsNone) {
    for (const Codec codec : {Codec::Avc, Codec::Hevc}) {
        const Frame whole = videoConfig(codec);
        for (std::size_t size = 0; size < whole.body.size(); ++size) {
            Frame cut = whole;
            cut.body.resize(size);
            readCmafTrack(&cut, videoFrame(codec, 0, true));
        }
        EXPECT_FALSE(readCmafTrack(nullptr, videoFrame(codec, 0, true)));
    }
    for (std::size_t size = 0; size < kAv1Record.size(); ++size) {
        const Frame cut = pictureConfig(Codec::Av1, {kAv1Record.begin(), kAv1Record.begin() + size});
        readCmafTrack(&cut, picture(Codec::Av1, {0x32, 1, 0}));
    }
    for (std::size_t size = 1; size < kVp9Keyframe.size(); ++size) {
        const Frame config = pictureConfig(Codec::Vp9, {0, 11, 0x82, 2, 2, 2, 0, 0});
        readCmafTrack(&config, picture(Codec::Vp9, {kVp9Keyframe.begin(), kVp9Keyframe.begin() + size}));
    }
}

TEST(CmafWriter, LibavformatReadsWhatIsWritten) {
    const Frame avcConfig = videoConfig(Codec::Avc);
    const Frame soundsConfig = aacConfig();
    const std::vector<CmafTrack> tracks = {readCmafTrack(&avcConfig, videoFrame(Codec::Avc, 0, true)).value(),
                                           readCmafTrack(&soundsConfig, aacFrame(0)).value()};
    base::Bytes file = writeCmafHeader(tracks);
    const base::Bytes first(100, 1);
    const base::Bytes second(50, 2);
    const base::Bytes sound(30, 3);
    for (std::uint32_t i = 0; i < 2; ++i) {
        const std::int64_t dts = 9000 + i * 7200;
        const std::vector<CmafRun> runs = {
            {1, true, {{first, dts, 7200, 3600, i == 0}, {second, dts + 3600, 0, 3600, false}}},
            {2, false, {{sound, 4410 + i * 1024, 0, 1024, true}}}};
        writeCmafFragment(i + 1, runs, file);
    }
    const ReadFile read = readMp4(file);
    ASSERT_EQ(read.error, 0);
    ASSERT_EQ(read.tracks.size(), 2U);
    EXPECT_EQ(read.tracks[0].codec, AV_CODEC_ID_H264);
    EXPECT_EQ(read.tracks[0].tag, "avc1");
    EXPECT_EQ(read.tracks[0].width, 320);
    EXPECT_EQ(read.tracks[0].height, 180);
    EXPECT_EQ(read.tracks[1].codec, AV_CODEC_ID_AAC);
    EXPECT_EQ(read.tracks[1].sampleRate, 44100);
    const auto pictures = read.of(0);
    ASSERT_EQ(pictures.size(), 4U);
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        EXPECT_EQ(pictures[i].dts, 9000 + static_cast<std::int64_t>(i) * 3600);
        EXPECT_EQ(pictures[i].pts - pictures[i].dts, i % 2 == 0 ? 7200 : 0);
        EXPECT_EQ(pictures[i].isKey, i == 0);
        EXPECT_EQ(pictures[i].bytes, i % 2 == 0 ? first : second);
    }
    const auto sounds = read.of(1);
    ASSERT_EQ(sounds.size(), 2U);
    EXPECT_EQ(sounds[1].dts, 4410 + 1024);
    EXPECT_EQ(sounds[1].bytes, sound);
}

TEST(CmafWriter, LibavformatKnowsEachCodec) {
    const base::Bytes opusHead = fromHex("4f707573486561640102380180bb0000000000");
    const auto tagOf = [](const Frame* config, const Frame& sample) {
        const auto track = readCmafTrack(config, sample);
        if (!track) return std::string("unread");
        const std::vector<CmafTrack> tracks = {*track};
        base::Bytes file = writeCmafHeader(tracks);
        const base::Bytes payload(100, 1);
        const std::vector<CmafRun> runs = {{1, track->isVideo, {{payload, 0, 0, 1000, true}}}};
        writeCmafFragment(1, runs, file);
        const ReadFile read = readMp4(file);
        if (read.tracks.size() != 1) return std::string("none");
        return std::string(avcodec_get_name(read.tracks[0].codec)) + " " + read.tracks[0].tag;
    };
    const Frame hevc = videoConfig(Codec::Hevc);
    EXPECT_EQ(tagOf(&hevc, videoFrame(Codec::Hevc, 0, true)), "hevc hvc1");
    const Frame vp9 = pictureConfig(Codec::Vp9, {0, 11, 0x82, 2, 2, 2, 0, 0});
    EXPECT_EQ(tagOf(&vp9, picture(Codec::Vp9, kVp9Keyframe)), "vp9 vp09");
    const Frame av1 = pictureConfig(Codec::Av1, kAv1Record);
    EXPECT_EQ(tagOf(&av1, picture(Codec::Av1, {0x32, 1, 0})), "av1 av01");
    const Frame opus = soundConfig(Codec::Opus, opusHead);
    EXPECT_EQ(tagOf(&opus, audioFrame(Codec::Opus, 0, base::Bytes{0xFC, 1})), "opus Opus");
    EXPECT_EQ(tagOf(nullptr, audioFrame(Codec::Mp3, 0, base::Bytes{0xFF, 0xFB, 0x90, 0})), "mp3 mp4a");
    EXPECT_EQ(tagOf(nullptr, audioFrame(Codec::Ac3, 0, base::Bytes{0x0B, 0x77, 0, 0, 0x1E, 0x40, 0xE1, 0})),
              "ac3 ac-3");
    EXPECT_EQ(tagOf(nullptr, audioFrame(Codec::Eac3, 0, base::Bytes{0x0B, 0x77, 0x00, 0xFF, 0x3F, 0x86, 0xFF, 0})),
              "eac3 ec-3");
}

} // namespace
} // namespace hookcast::media
