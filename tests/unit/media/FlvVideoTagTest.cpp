#include "base/ByteWriter.h"
#include "media/FlvTag.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::media {
namespace {

using base::Bytes;

/// FLV 10.1, E.4.3: frame type in the high four bits, codec in the low four.
constexpr std::uint8_t tagByte(unsigned frameType, unsigned codec) {
    return static_cast<std::uint8_t>(frameType << 4U | codec);
}

/// Enhanced RTMP: the top bit, three bits of frame type, four of packet type.
constexpr std::uint8_t exByte(unsigned frameType, unsigned packetType) {
    return static_cast<std::uint8_t>(0x80U | frameType << 4U | packetType);
}

constexpr unsigned kKey = 1;
constexpr unsigned kInter = 2;
constexpr unsigned kDisposable = 3;
constexpr unsigned kCommand = 5;
constexpr unsigned kAvc = 7;
constexpr unsigned kHevc = 12;

Bytes withFourCc(std::uint8_t first, const std::string& fourCc) {
    Bytes body;
    base::ByteWriter writer(body);
    writer.u8(first);
    writer.text(fourCc);
    writer.text("abc");
    return body;
}

TEST(FlvVideoTag, KnowsAvc) {
    EXPECT_EQ(videoRole(Bytes{tagByte(kKey, kAvc), 0, 0, 0, 0, 1}), FrameRole::CodecConfig);
    EXPECT_EQ(videoRole(Bytes{tagByte(kKey, kAvc), 1, 0, 0, 0, 1}), FrameRole::Keyframe);
    EXPECT_EQ(videoRole(Bytes{tagByte(kInter, kAvc), 1, 0, 0, 0, 1}), FrameRole::Media);
    EXPECT_EQ(videoRole(Bytes{tagByte(kDisposable, kAvc), 1, 0, 0, 0, 1}), FrameRole::Media);
    EXPECT_EQ(videoRole(Bytes{tagByte(kKey, kAvc), 2, 0, 0, 0}), FrameRole::Other) << "end of sequence";
    EXPECT_EQ(videoRole(Bytes{tagByte(kCommand, kAvc), 1}), FrameRole::Other);
}

TEST(FlvVideoTag, KnowsHevcUnderItsOldCodecNumber) {
    EXPECT_EQ(videoRole(Bytes{tagByte(kKey, kHevc), 0}), FrameRole::CodecConfig);
    EXPECT_EQ(videoRole(Bytes{tagByte(kKey, kHevc), 1}), FrameRole::Keyframe);
    EXPECT_EQ(videoRole(Bytes{tagByte(kInter, kHevc), 1}), FrameRole::Media);
    EXPECT_EQ(videoRole(Bytes{tagByte(kKey, kHevc), 2}), FrameRole::Other);
}

TEST(FlvVideoTag, KnowsCodecsWithoutConfiguration) {
    constexpr unsigned kSorenson = 2;
    constexpr unsigned kVp6 = 4;
    EXPECT_EQ(videoRole(Bytes{tagByte(kKey, kSorenson), 0}), FrameRole::Keyframe);
    EXPECT_EQ(videoRole(Bytes{tagByte(kInter, kVp6)}), FrameRole::Media);
    EXPECT_EQ(videoRole(Bytes{tagByte(kCommand, kVp6), 0}), FrameRole::Other) << "seek, for the player";
}

TEST(FlvVideoTag, KnowsEnhancedPackets) {
    for (const char* fourCc : {"hvc1", "av01", "vp09", "avc1"}) {
        EXPECT_EQ(videoRole(withFourCc(exByte(kKey, 0), fourCc)), FrameRole::CodecConfig) << fourCc;
        EXPECT_EQ(videoRole(withFourCc(exByte(kKey, 1), fourCc)), FrameRole::Keyframe) << fourCc;
        EXPECT_EQ(videoRole(withFourCc(exByte(kInter, 1), fourCc)), FrameRole::Media) << fourCc;
        EXPECT_EQ(videoRole(withFourCc(exByte(kKey, 2), fourCc)), FrameRole::Other) << fourCc;
        EXPECT_EQ(videoRole(withFourCc(exByte(kKey, 3), fourCc)), FrameRole::Keyframe) << "CodedFramesX, " << fourCc;
        EXPECT_EQ(videoRole(withFourCc(exByte(kInter, 3), fourCc)), FrameRole::Media) << fourCc;
        EXPECT_EQ(videoRole(withFourCc(exByte(kKey, 4), fourCc)), FrameRole::Other) << "metadata, " << fourCc;
        EXPECT_EQ(videoRole(withFourCc(exByte(kKey, 5), fourCc)), FrameRole::CodecConfig) << "MPEG-2 TS, " << fourCc;
        EXPECT_EQ(videoRole(withFourCc(exByte(kCommand, 1), fourCc)), FrameRole::Other) << fourCc;
    }
}

TEST(FlvVideoTag, LooksIntoMultitrackPackets) {
    constexpr std::uint8_t kOneTrack = 0x00;
    constexpr std::uint8_t kManyTracks = 0x10;
    EXPECT_EQ(videoRole(Bytes{exByte(kKey, 6), kOneTrack | 0, 'h', 'v', 'c', '1', 0}), FrameRole::CodecConfig);
    EXPECT_EQ(videoRole(Bytes{exByte(kKey, 6), kManyTracks | 0, 'h', 'v', 'c', '1', 0, 0, 0, 0}),
              FrameRole::CodecConfig);
    EXPECT_EQ(videoRole(Bytes{exByte(kKey, 6), kManyTracks | 1, 'h', 'v', 'c', '1', 0, 0, 0, 0}), FrameRole::Keyframe);
    EXPECT_EQ(videoRole(Bytes{exByte(kInter, 6), kManyTracks | 3, 'h', 'v', 'c', '1', 0, 0, 0, 0}), FrameRole::Media);
    EXPECT_EQ(videoRole(Bytes{exByte(kKey, 6), kManyTracks | 2, 'h', 'v', 'c', '1', 0, 0, 0, 0}), FrameRole::Other)
        << "the end of a track is no place to begin";
    EXPECT_EQ(videoRole(Bytes{exByte(kKey, 6), kManyTracks | 4, 'h', 'v', 'c', '1', 0, 0, 0, 0}), FrameRole::Other);
    EXPECT_EQ(videoRole(Bytes{exByte(kKey, 6)}), FrameRole::Other) << "cut short";
}

/// Enhanced RTMP v2: ModEx comes before the packet that it modifies: a size, as many bytes, and then in one byte the
/// kind of modification and the next packet type.
TEST(FlvVideoTag, LooksBehindModifiers) {
    EXPECT_EQ(videoRole(Bytes{exByte(kKey, 7), 2, 0xA, 0xB, 0xC, 0x00 | 0, 'h', 'v', 'c', '1'}),
              FrameRole::CodecConfig);
    EXPECT_EQ(videoRole(Bytes{exByte(kKey, 7), 2, 0xA, 0xB, 0xC, 0x00 | 1, 'h', 'v', 'c', '1'}), FrameRole::Keyframe);
    EXPECT_EQ(videoRole(Bytes{exByte(kInter, 7), 0, 0xA, 0x00 | 3, 'h', 'v', 'c', '1'}), FrameRole::Media);
    EXPECT_EQ(videoRole(Bytes{exByte(kKey, 7), 0, 0xA, 0x00 | 7, 1, 0xA, 0xB, 0x00 | 0, 'h', 'v', 'c', '1'}),
              FrameRole::CodecConfig)
        << "one modifier behind another";
    EXPECT_EQ(videoRole(Bytes{exByte(kKey, 7), 0, 0xA, 0x00 | 6, 0x10 | 0, 'h', 'v', 'c', '1', 0, 0, 0, 0}),
              FrameRole::CodecConfig)
        << "of several tracks";
}

TEST(FlvVideoTag, KnowsLongModifiers) {
    Bytes body = {exByte(kKey, 7), 255, 0x01, 0x2B};
    body.insert(body.end(), 300, 0xEE);
    body.insert(body.end(), {0x00, 'h', 'v', 'c', '1'});
    EXPECT_EQ(videoRole(body), FrameRole::CodecConfig);
}

TEST(FlvVideoTag, WhatIsCutShortIsPassedOnAndNotReliedOn) {
    EXPECT_EQ(videoRole({}), FrameRole::Other);
    EXPECT_EQ(videoRole(Bytes{tagByte(kKey, kAvc)}), FrameRole::Other);
    EXPECT_EQ(videoRole(Bytes{exByte(kKey, 7)}), FrameRole::Other);
    EXPECT_EQ(videoRole(Bytes{exByte(kKey, 7), 200, 1, 2, 3}), FrameRole::Other);
    EXPECT_EQ(videoRole(Bytes{exByte(kKey, 7), 255, 1}), FrameRole::Other);
    Bytes endless;
    for (int i = 0; i < 10'000; ++i) endless.insert(endless.end(), {exByte(kKey, 7), 0, 0});
    EXPECT_EQ(videoRole(endless), FrameRole::Other) << "modifiers of nothing";
}

} // namespace
} // namespace hookcast::media
