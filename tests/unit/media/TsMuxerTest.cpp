#include "media/TsMuxer.h"

#include "unit/media/TsFrames.h"
#include "unit/media/TsPackets.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

namespace hookcast::media {
namespace {

constexpr int kVideoPid = 0x100;
constexpr int kAudioPid = 0x101;
constexpr int kAvcType = 0x1B;
constexpr int kHevcType = 0x24;
constexpr int kAacType = 0x0F;
constexpr int kMp3Type = 0x03;
constexpr int kLowRateMp3Type = 0x04;

class TsMuxerTest : public ::testing::Test {
  protected:
    /// The packets of one frame; all of them are in all_ too.
    TsPackets write(const Frame& frame) {
        const base::ByteSpan bytes = muxer_.write(frame);
        TsPackets packets;
        packets.add(bytes);
        all_.add(bytes);
        EXPECT_EQ(packets.broken, 0U);
        return packets;
    }

    void beginAvcAac() {
        write(videoConfig(Codec::Avc));
        write(aacConfig());
    }

    TsMuxer muxer_;
    TsPackets all_;
};

TEST_F(TsMuxerTest, EachFrameIsWholePacketsAtOnce) {
    beginAvcAac();
    for (int i = 0; i < 50; ++i) {
        const TsPackets video = write(videoFrame(Codec::Avc, i * 40, i % 10 == 0, 80, 1 + i * 97));
        EXPECT_EQ(std::count(video.pids.begin(), video.pids.end(), kAudioPid), 0);
        EXPECT_GT(std::count(video.pids.begin(), video.pids.end(), kVideoPid), 0);
        EXPECT_EQ(video.lastDts.at(kVideoPid), i * 40 * 90);
        EXPECT_EQ(video.lastPts.at(kVideoPid), (i * 40 + 80) * 90);
        const TsPackets audio = write(aacFrame(i * 40 + 3));
        EXPECT_EQ(audio.lastDts.at(kAudioPid), (i * 40 + 3) * 90);
    }
    EXPECT_EQ(all_.gaps, 0U);
    EXPECT_EQ(muxer_.leftOutFrames(), 0U);
}

TEST_F(TsMuxerTest, AKeyframeHasTablesAndTheClockInFront) {
    beginAvcAac();
    for (int i = 0; i < 20; ++i) {
        const TsPackets packets = write(videoFrame(Codec::Avc, i * 10, i % 5 == 0));
        if (i % 5 != 0) continue;
        EXPECT_TRUE(packets.beginsWithTables()) << i;
        EXPECT_EQ(packets.streamTypes, (std::set{kAvcType, kAacType}));
        ASSERT_EQ(packets.pcrs.size(), 1U);
        EXPECT_EQ(packets.pcrs.front(), i * 10 * 90);
    }
    EXPECT_EQ(std::set(all_.pmtVersions.begin(), all_.pmtVersions.end()), std::set{0});
}

TEST_F(TsMuxerTest, AudioAloneHasTablesEveryTenthOfASecond) {
    write(aacConfig());
    std::vector<std::int64_t> tablesAtMs;
    for (int ms = 0; ms < 1000; ms += 20) {
        const TsPackets packets = write(aacFrame(ms));
        if (std::count(packets.pids.begin(), packets.pids.end(), 0) > 0) tablesAtMs.push_back(ms);
        EXPECT_EQ(packets.pcrs, std::vector<std::int64_t>{ms * 90});
    }
    EXPECT_EQ(tablesAtMs, (std::vector<std::int64_t>{0, 100, 200, 300, 400, 500, 600, 700, 800, 900}));
    TsPackets tables;
    tables.add(muxer_.tables());
    EXPECT_EQ(tables.streamTypes, std::set{kAacType});
}

TEST_F(TsMuxerTest, NothingIsWrittenBeforeTheConfiguration) {
    EXPECT_TRUE(write(videoFrame(Codec::Avc, 0, true)).pids.empty());
    EXPECT_TRUE(write(aacFrame(0)).pids.empty());
    EXPECT_TRUE(muxer_.tables().empty());
    EXPECT_EQ(muxer_.leftOutFrames(), 2U);
}

TEST_F(TsMuxerTest, LateAudioMakesANewVersionOfTheProgram) {
    write(videoConfig(Codec::Avc));
    EXPECT_EQ(write(videoFrame(Codec::Avc, 0, true)).streamTypes, std::set{kAvcType});
    write(aacConfig());
    const TsPackets first = write(aacFrame(20));
    EXPECT_EQ(first.streamTypes, (std::set{kAvcType, kAacType}));
    EXPECT_EQ(first.pmtVersions, std::vector{1});
    write(videoFrame(Codec::Avc, 40, false));
    EXPECT_EQ(all_.gaps, 0U);
    EXPECT_TRUE(all_.discontinuous.contains(kVideoPid));
}

TEST_F(TsMuxerTest, AnnouncedAudioIsInTheFirstVersion) {
    write(metadata(7, 10));
    write(videoConfig(Codec::Avc));
    EXPECT_EQ(write(videoFrame(Codec::Avc, 0, true)).streamTypes, (std::set{kAvcType, kAacType}));
    write(aacConfig());
    EXPECT_TRUE(write(aacFrame(20)).pmtVersions.empty());
    EXPECT_EQ(write(videoFrame(Codec::Avc, 5000, true)).pmtVersions, std::vector{0});
}

TEST_F(TsMuxerTest, AnnouncedVideoIsInTheFirstVersion) {
    write(metadata(7, 10));
    write(aacConfig());
    EXPECT_EQ(write(aacFrame(0)).streamTypes, (std::set{kAvcType, kAacType}));
    write(videoConfig(Codec::Avc));
    EXPECT_EQ(write(videoFrame(Codec::Avc, 20, true)).pmtVersions, std::vector{0});
}

TEST_F(TsMuxerTest, WhatWasAnnouncedAndDoesNotComeIsLeftOutAfterAWhile) {
    write(metadata(7, 10));
    write(videoConfig(Codec::Avc));
    write(videoFrame(Codec::Avc, 1000, true));
    EXPECT_EQ(write(videoFrame(Codec::Avc, 3999, true)).streamTypes, (std::set{kAvcType, kAacType}));
    const TsPackets after = write(videoFrame(Codec::Avc, 4000, false));
    EXPECT_EQ(after.streamTypes, std::set{kAvcType});
    EXPECT_EQ(after.pmtVersions, std::vector{1});
}

TEST_F(TsMuxerTest, AnotherCodecMakesANewVersion) {
    beginAvcAac();
    write(videoFrame(Codec::Avc, 0, true));
    write(videoConfig(Codec::Hevc));
    const TsPackets packets = write(videoFrame(Codec::Hevc, 40, true));
    EXPECT_EQ(packets.streamTypes, (std::set{kHevcType, kAacType}));
    EXPECT_EQ(packets.pmtVersions, std::vector{1});
    // A frame in the codec from before has no configuration any more.
    EXPECT_TRUE(write(videoFrame(Codec::Avc, 80, true)).pids.empty());
}

TEST_F(TsMuxerTest, ChangedParametersMakeNoNewVersion) {
    beginAvcAac();
    write(videoFrame(Codec::Avc, 0, true));
    write(aacFrame(10));
    beginAvcAac();
    write(aacFrame(30));
    EXPECT_EQ(write(videoFrame(Codec::Avc, 40, true)).pmtVersions, std::vector{0});
    EXPECT_EQ(all_.gaps, 0U);
}

TEST_F(TsMuxerTest, CodecsThatItCannotCarryAreLeftOut) {
    write(videoConfig(Codec::Avc));
    const base::Bytes sound(160, 0xD5);
    EXPECT_TRUE(write(audioFrame(Codec::G711A, 0, sound)).pids.empty());
    EXPECT_EQ(write(videoFrame(Codec::Avc, 0, true)).streamTypes, std::set{kAvcType});
    Frame rtp = videoFrame(Codec::Avc, 40, false);
    rtp.carriage = Carriage::Rtp;
    EXPECT_TRUE(write(rtp).pids.empty());
    EXPECT_FALSE(TsMuxer::carries(Codec::Av1));
    EXPECT_FALSE(TsMuxer::carries(Codec::None));
}

TEST_F(TsMuxerTest, CodecsWithoutConfiguration) {
    const base::Bytes sound(300, 0x55);
    EXPECT_EQ(write(audioFrame(Codec::Mp3, 0, sound, 44100)).streamTypes, std::set{kMp3Type});
    EXPECT_EQ(write(audioFrame(Codec::Mp3, 26, sound, 22050)).streamTypes, std::set{kLowRateMp3Type});
    EXPECT_EQ(write(audioFrame(Codec::Ac3, 52, sound)).streamTypes, std::set{0x81});
    EXPECT_EQ(write(audioFrame(Codec::Eac3, 80, sound)).streamTypes, std::set{0x87});
    EXPECT_EQ(write(audioFrame(Codec::Opus, 100, sound)).streamTypes, std::set{0x06});
}

TEST_F(TsMuxerTest, TimesRiseWhateverComes) {
    beginAvcAac();
    write(videoFrame(Codec::Avc, 1000, true));
    EXPECT_EQ(write(videoFrame(Codec::Avc, 1000, false, -500)).lastDts.at(kVideoPid), 1000 * 90 + 1);
    EXPECT_EQ(write(videoFrame(Codec::Avc, 900, false)).lastDts.at(kVideoPid), 1000 * 90 + 2);
    EXPECT_EQ(write(videoFrame(Codec::Avc, 1040, false)).lastPts.at(kVideoPid), 1040 * 90);
    EXPECT_TRUE(all_.discontinuous.empty());
}

TEST_F(TsMuxerTest, TimeThatStartsAnewIsADiscontinuity) {
    beginAvcAac();
    write(videoFrame(Codec::Avc, 100'000, true));
    write(aacFrame(100'000));
    const TsPackets packets = write(videoFrame(Codec::Avc, 0, true));
    EXPECT_EQ(packets.lastDts.at(kVideoPid), 0);
    EXPECT_EQ(packets.pmtVersions, std::vector{1});
    EXPECT_TRUE(packets.discontinuous.contains(kVideoPid));
    EXPECT_EQ(write(aacFrame(10)).lastDts.at(kAudioPid), 900);
}

TEST_F(TsMuxerTest, TheClockWrapsAfter33Bits) {
    beginAvcAac();
    constexpr std::int64_t kWrapMs = (std::int64_t{1} << 33) / 90;
    EXPECT_EQ(write(videoFrame(Codec::Avc, kWrapMs, true)).lastDts.at(kVideoPid), kWrapMs * 90);
    const TsPackets packets = write(videoFrame(Codec::Avc, kWrapMs + 40, true));
    EXPECT_EQ(packets.lastDts.at(kVideoPid), (kWrapMs + 40) * 90 - (std::int64_t{1} << 33));
    EXPECT_EQ(packets.pcrs.front(), packets.lastDts.at(kVideoPid));
}

TEST_F(TsMuxerTest, LearnedHeadersAreEnough) {
    muxer_.learn(videoConfig(Codec::Avc));
    muxer_.learn(aacConfig());
    muxer_.learn(metadata(7, 10));
    EXPECT_EQ(write(videoFrame(Codec::Avc, 0, true)).streamTypes, (std::set{kAvcType, kAacType}));
}

TEST_F(TsMuxerTest, BrokenFramesAreLeftOut) {
    beginAvcAac();
    Frame cut = videoFrame(Codec::Avc, 0, true);
    cut.body.resize(cut.body.size() / 2);
    EXPECT_TRUE(write(cut).pids.empty());
    EXPECT_TRUE(write(aacFrame(0, 8185)).pids.empty()); // more than an ADTS header can say
    Frame empty = videoFrame(Codec::Avc, 0, true);
    empty.body.clear();
    EXPECT_TRUE(write(empty).pids.empty());
    EXPECT_FALSE(write(videoFrame(Codec::Avc, 0, true)).pids.empty());
}

} // namespace
} // namespace hookcast::media
