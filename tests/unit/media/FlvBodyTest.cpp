#include "media/FlvBody.h"

#include <gtest/gtest.h>

namespace hookcast::media {
namespace {

base::Bytes bytes(std::initializer_list<int> values) {
    base::Bytes out;
    for (const int value : values) out.push_back(static_cast<std::uint8_t>(value));
    return out;
}

const base::Bytes kPayload = bytes({0xAA, 0xBB, 0xCC});

base::Bytes with(base::Bytes head) {
    head.insert(head.end(), kPayload.begin(), kPayload.end());
    return head;
}

bool isPayload(base::ByteSpan span) {
    return base::Bytes(span.begin(), span.end()) == kPayload;
}

TEST(FlvVideoBody, ReadsTheClassicForm) {
    const base::Bytes key = with(bytes({0x17, 1, 0xFF, 0xFF, 0xD8}));
    const auto video = readVideoBody(key);
    ASSERT_TRUE(video);
    EXPECT_EQ(video->codec, Codec::Avc);
    EXPECT_EQ(video->part, BodyPart::Frame);
    EXPECT_TRUE(video->isKeyframe);
    EXPECT_EQ(video->ctsMs, -40);
    EXPECT_TRUE(isPayload(video->payload));
    const base::Bytes config = with(bytes({0x1C, 0, 0, 0, 0}));
    EXPECT_EQ(readVideoBody(config)->codec, Codec::Hevc);
    EXPECT_EQ(readVideoBody(config)->part, BodyPart::Config);
    const base::Bytes end = bytes({0x17, 2, 0, 0, 0});
    EXPECT_EQ(readVideoBody(end)->part, BodyPart::Other);
}

TEST(FlvVideoBody, ReadsEnhancedRtmp) {
    const base::Bytes hevc = with(bytes({0x91, 'h', 'v', 'c', '1', 0, 0, 80}));
    EXPECT_EQ(readVideoBody(hevc)->codec, Codec::Hevc);
    EXPECT_EQ(readVideoBody(hevc)->ctsMs, 80);
    EXPECT_TRUE(isPayload(readVideoBody(hevc)->payload));
    const base::Bytes noOffset = with(bytes({0xA3, 'h', 'v', 'c', '1'}));
    EXPECT_EQ(readVideoBody(noOffset)->ctsMs, 0);
    EXPECT_FALSE(readVideoBody(noOffset)->isKeyframe);
    EXPECT_TRUE(isPayload(readVideoBody(noOffset)->payload));
    const base::Bytes av1 = with(bytes({0x91, 'a', 'v', '0', '1'}));
    EXPECT_EQ(readVideoBody(av1)->codec, Codec::Av1);
    EXPECT_TRUE(isPayload(readVideoBody(av1)->payload));
    // A modifier of one byte of data stands between.
    const base::Bytes modified = with(bytes({0x97, 0, 5, 0x01, 'v', 'p', '0', '9'}));
    EXPECT_EQ(readVideoBody(modified)->codec, Codec::Vp9);
    EXPECT_TRUE(isPayload(readVideoBody(modified)->payload));
}

TEST(FlvVideoBody, RefusesWhatItCannotUse) {
    EXPECT_FALSE(readVideoBody({}));
    EXPECT_FALSE(readVideoBody(bytes({0x17, 1, 0})));
    EXPECT_FALSE(readVideoBody(bytes({0x12, 1, 0, 0, 0})));
    EXPECT_FALSE(readVideoBody(bytes({0x57, 0})));
    EXPECT_FALSE(readVideoBody(bytes({0x91, 'n', 'o', 'n', 'e', 1})));
    EXPECT_FALSE(readVideoBody(bytes({0x96, 'a', 'v', 'c', '1', 1})));
}

TEST(FlvAudioBody, ReadsTheClassicForms) {
    const base::Bytes aac = with(bytes({0xAF, 1}));
    EXPECT_EQ(readAudioBody(aac)->codec, Codec::Aac);
    EXPECT_EQ(readAudioBody(aac)->part, BodyPart::Frame);
    EXPECT_TRUE(isPayload(readAudioBody(aac)->payload));
    EXPECT_EQ(readAudioBody(with(bytes({0xAF, 0})))->part, BodyPart::Config);
    const base::Bytes mp3 = with(bytes({0x2A}));
    EXPECT_EQ(readAudioBody(mp3)->codec, Codec::Mp3);
    EXPECT_EQ(readAudioBody(mp3)->sampleRate, 22050U);
    EXPECT_EQ(readAudioBody(mp3)->channels, 1);
    EXPECT_EQ(readAudioBody(with(bytes({0x72})))->codec, Codec::G711A);
    EXPECT_EQ(readAudioBody(with(bytes({0x82})))->codec, Codec::G711U);
    EXPECT_EQ(readAudioBody(with(bytes({0x82})))->sampleRate, 8000U);
    EXPECT_FALSE(readAudioBody({}));
    EXPECT_FALSE(readAudioBody(bytes({0xAF})));
    EXPECT_FALSE(readAudioBody(bytes({0xB2, 1}))) << "Speex";
}

TEST(FlvAudioBody, ReadsEnhancedRtmp) {
    const base::Bytes opus = with(bytes({0x91, 'O', 'p', 'u', 's'}));
    EXPECT_EQ(readAudioBody(opus)->codec, Codec::Opus);
    EXPECT_TRUE(isPayload(readAudioBody(opus)->payload));
    EXPECT_EQ(readAudioBody(with(bytes({0x90, 'O', 'p', 'u', 's'})))->part, BodyPart::Config);
}

TEST(FlvVideoBody, ReadsBackWhatItWrote) {
    for (const Codec codec : {Codec::Avc, Codec::Hevc, Codec::Av1, Codec::Vp8, Codec::Vp9}) {
        for (const BodyPart part : {BodyPart::Config, BodyPart::Frame}) {
            VideoBody video{codec, part, true, 0, kPayload};
            if (part == BodyPart::Frame && (codec == Codec::Avc || codec == Codec::Hevc)) video.ctsMs = -67;
            const base::Bytes body = writeVideoBody(video);
            const auto read = readVideoBody(body);
            ASSERT_TRUE(read) << nameOf(codec);
            EXPECT_EQ(read->codec, codec);
            EXPECT_EQ(read->part, part);
            EXPECT_EQ(read->ctsMs, video.ctsMs);
            EXPECT_TRUE(read->isKeyframe);
            EXPECT_TRUE(isPayload(read->payload));
        }
    }
}

TEST(FlvAudioBody, ReadsBackWhatItWrote) {
    for (const Codec codec :
         {Codec::Aac, Codec::Opus, Codec::Mp3, Codec::G711A, Codec::G711U, Codec::Flac, Codec::Ac3, Codec::Eac3}) {
        const base::Bytes body = writeAudioBody({codec, BodyPart::Frame, 44100, 2, kPayload});
        const auto read = readAudioBody(body);
        ASSERT_TRUE(read) << nameOf(codec);
        EXPECT_EQ(read->codec, codec);
        EXPECT_EQ(read->part, BodyPart::Frame);
        EXPECT_TRUE(isPayload(read->payload));
    }
    const base::Bytes mp3 = writeAudioBody({Codec::Mp3, BodyPart::Frame, 22050, 1, kPayload});
    EXPECT_EQ(mp3.front(), 0x2A);
    const base::Bytes config = writeAudioBody({Codec::Aac, BodyPart::Config, 48000, 2, kPayload});
    EXPECT_EQ(config.front(), 0xAF);
    EXPECT_EQ(config[1], 0);
}

} // namespace
} // namespace hookcast::media
