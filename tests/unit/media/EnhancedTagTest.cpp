#include "media/EnhancedTag.h"

#include "media/FlvBody.h"
#include "media/FlvTag.h"
#include "unit/support/TestBytes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hookcast::media {
namespace {

using support::hex;
using testing::ElementsAre;

/// Video: keyframe, multitrack; then one track, many tracks, many tracks with a codec each. Of 3, 2 and 2 bytes.
constexpr const char* kOne = "96 01 61766331 07 000000 AABB";
constexpr const char* kMany = "96 11 61766331 00 000005 000001 AABB 01 000004 000002 CC";
constexpr const char* kManyCodecs = "96 21 61766331 02 000004 000001 AA 68766331 FF 000005 000002 BBCC";

Frame frameOf(FrameKind kind, const base::Bytes& body) {
    Frame frame;
    frame.kind = kind;
    frame.body = body;
    noteTracks(frame);
    return frame;
}

TEST(EnhancedTag, ReadsOneTrack) {
    const base::Bytes body = hex(kOne);
    const auto packet = readEnhanced(FrameKind::Video, body);
    ASSERT_TRUE(packet);
    EXPECT_EQ(packet->packetType, EnhancedPacket::kCodedFrames);
    ASSERT_EQ(packet->tracks.size(), 1U);
    EXPECT_EQ(packet->tracks[0].number, 7);
    EXPECT_EQ(packet->tracks[0].fourCc, 0x61766331U);
    EXPECT_EQ(packet->tracks[0].payload.size(), 5U);
}

TEST(EnhancedTag, ReadsManyTracks) {
    EXPECT_THAT(tracksIn(FrameKind::Video, hex(kMany)), ElementsAre(0, 1));
    const base::Bytes body = hex(kManyCodecs);
    const auto packet = readEnhanced(FrameKind::Video, body);
    ASSERT_TRUE(packet);
    ASSERT_EQ(packet->tracks.size(), 2U);
    EXPECT_EQ(packet->tracks[0].number, 2);
    EXPECT_EQ(packet->tracks[1].number, 255);
    EXPECT_EQ(packet->tracks[1].fourCc, 0x68766331U);
    EXPECT_EQ(packet->tracks[1].payload.size(), 5U);
}

TEST(EnhancedTag, ModifiersStandBefore) {
    EXPECT_THAT(tracksIn(FrameKind::Video, hex("97 00 AA 06 01 61766331 03 000000")), ElementsAre(3));
    EXPECT_THAT(tracksIn(FrameKind::Audio, hex("97 01 AABB 05 01 6D703461 03 00")), ElementsAre(3));
}

TEST(EnhancedTag, WhatIsCutShortIsNothing) {
    for (const std::string whole : {kOne, kMany, kManyCodecs}) {
        const base::Bytes body = hex(whole);
        for (std::size_t size = 1; size < body.size(); ++size) {
            const base::Bytes cut(body.begin(), body.begin() + static_cast<std::ptrdiff_t>(size));
            const auto packet = readEnhanced(FrameKind::Video, cut);
            if (packet) {
                EXPECT_LT(packet->tracks.size(), 3U);
                continue;
            }
            EXPECT_EQ(videoRole(cut), FrameRole::Other);
            EXPECT_THAT(tracksIn(FrameKind::Video, cut), ElementsAre(0));
        }
    }
    EXPECT_FALSE(readEnhanced(FrameKind::Video, hex("96 11 61766331 00 FFFFFF 000001")));
    EXPECT_FALSE(readEnhanced(FrameKind::Video, hex("96 31 61766331 00 000001 00"))) << "no such type";
    EXPECT_FALSE(readEnhanced(FrameKind::Video, hex("96 11 61766331"))) << "no track at all";
}

TEST(EnhancedTag, AFrameKnowsItsTrack) {
    EXPECT_EQ(frameOf(FrameKind::Video, hex(kOne)).track, 7);
    EXPECT_TRUE(frameOf(FrameKind::Video, hex(kOne)).isExtra);
    EXPECT_EQ(frameOf(FrameKind::Video, hex(kMany)).track, 0);
    EXPECT_FALSE(frameOf(FrameKind::Video, hex(kMany)).isExtra);
    EXPECT_EQ(frameOf(FrameKind::Video, hex(kManyCodecs)).track, 2);
    EXPECT_FALSE(frameOf(FrameKind::Video, hex("17 01 000000 AA")).isExtra);
    EXPECT_FALSE(frameOf(FrameKind::Audio, hex("AF 01 AA")).isExtra);
    EXPECT_FALSE(frameOf(FrameKind::Audio, hex("90 4F707573 AA")).isExtra);
    EXPECT_TRUE(frameOf(FrameKind::Audio, hex("94 4F707573 01 02 03")).isExtra) << "where the channels are";
    EXPECT_TRUE(isLayout(frameOf(FrameKind::Audio, hex("95 04 4F707573 01 02"))));
    EXPECT_FALSE(isLayout(frameOf(FrameKind::Audio, hex("95 00 4F707573 01 02"))));
}

TEST(EnhancedTag, TrackZeroIsWhatOthersRead) {
    EXPECT_FALSE(readVideoBody(hex(kOne)));
    EXPECT_FALSE(readVideoBody(hex(kManyCodecs)));
    const base::Bytes body = hex(kMany);
    const auto video = readVideoBody(body);
    ASSERT_TRUE(video);
    EXPECT_EQ(video->codec, Codec::Avc);
    EXPECT_EQ(video->ctsMs, 1);
    EXPECT_TRUE(video->isKeyframe);
    EXPECT_EQ(base::Bytes(video->payload.begin(), video->payload.end()), hex("AABB"));
    const base::Bytes sound = hex("95 01 6D703461 00 AABB");
    const auto audio = readAudioBody(sound);
    ASSERT_TRUE(audio);
    EXPECT_EQ(audio->codec, Codec::Aac);
    EXPECT_EQ(base::Bytes(audio->payload.begin(), audio->payload.end()), hex("AABB"));
}

TEST(EnhancedTag, TheOthersAreReadByTheirNumbers) {
    const base::Bytes body = hex(kManyCodecs);
    EXPECT_TRUE(frameOf(FrameKind::Video, hex(kMany)).hasMoreTracks);
    EXPECT_FALSE(frameOf(FrameKind::Video, hex("17 01 000000 AA")).hasMoreTracks);
    EXPECT_FALSE(readVideoBody(hex("17 01 000000 AA"), 1)) << "the classic form has one track";
    EXPECT_FALSE(readVideoBody(body, 77));
    const auto last = readVideoBody(body, 255);
    ASSERT_TRUE(last);
    EXPECT_EQ(last->codec, Codec::Hevc);
    EXPECT_EQ(last->ctsMs, 2);
    EXPECT_EQ(base::Bytes(last->payload.begin(), last->payload.end()), hex("BBCC"));
    const base::Bytes sound = hex("95 01 6D703461 07 AABB");
    const auto audio = readAudioBody(sound, 7);
    ASSERT_TRUE(audio);
    EXPECT_EQ(base::Bytes(audio->payload.begin(), audio->payload.end()), hex("AABB"));
    EXPECT_FALSE(readAudioBody(sound, 0));
}

} // namespace
} // namespace hookcast::media
