#include "hub/Playback.h"

#include "unit/hub/RelayBench.h"
#include "unit/support/TempDir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace hookcast::hub {
namespace {

/// A player further behind than queue_length goes on at the newest keyframe, and what it gets is whole all the same.
class PlaybackJumpTest : public ::testing::Test {
  protected:
    PlaybackJumpTest() { bench_.limits.queueLengthMs = 1000; }

    RelayBench bench_;
    LogSource& source_ = bench_.source;
};

TEST_F(PlaybackJumpTest, FinishesTheEntryItIsInThenGoesOnAtTheNewestKeyframe) {
    source_.headers("H");
    source_.key("K1", 0);
    source_.video("v2", 500);
    bench_.begin();
    const auto player = bench_.player(5);
    EXPECT_EQ(player->got(), "{H}<K");
    source_.key("K3", 1000);
    source_.video("v4", 1001);
    bench_.grow();
    EXPECT_EQ(player->jumps(), 1U);
    player->giveRoom();
    EXPECT_EQ(player->got(), "1><K3><v4>") << "it has the headers";
}

TEST_F(PlaybackJumpTest, StaysWhileItIsNotTooFarBehind) {
    source_.key("K1", 0);
    bench_.begin();
    const auto player = bench_.player(3);
    source_.key("K2", 1000);
    bench_.grow();
    EXPECT_EQ(player->jumps(), 0U);
    player->giveRoom();
    EXPECT_EQ(player->got(), "{}<K1><K2>");
}

TEST_F(PlaybackJumpTest, GetsHeadersThatChangedMeanwhile) {
    source_.headers("H1");
    source_.key("K1", 0);
    bench_.begin();
    const auto player = bench_.player(6);
    source_.headers("H2");
    source_.key("K2", 2000);
    bench_.grow();
    player->giveRoom();
    EXPECT_EQ(player->got(), "{H1}<K1>{H2}<K2>");
}

TEST_F(PlaybackJumpTest, AtABoundaryThereIsNothingToFinish) {
    source_.headers("H");
    source_.key("K1", 0);
    source_.video("v2", 500);
    bench_.begin();
    const auto player = bench_.player(7);
    EXPECT_EQ(player->got(), "{H}<K1>");
    source_.key("K3", 2000);
    bench_.grow();
    player->giveRoom();
    EXPECT_EQ(player->got(), "<K3>");
}

TEST_F(PlaybackJumpTest, WithNoNewerKeyframeItWaitsForTheNext) {
    source_.headers("H");
    source_.key("K1", 0);
    source_.video("v2", 500);
    bench_.begin();
    const auto player = bench_.player(8);
    source_.video("v3", 2000);
    bench_.grow();
    EXPECT_EQ(player->jumps(), 1U);
    player->giveRoom();
    EXPECT_EQ(player->got(), "{H}<K1><v2>");
    source_.video("v4", 2500);
    bench_.grow();
    EXPECT_EQ(player->got(), "");
    source_.key("K5", 3000);
    bench_.grow();
    EXPECT_EQ(player->got(), "<K5>");
}

TEST_F(PlaybackJumpTest, AReplyGoesBetweenWhatItLeavesAndWhatItFinds) {
    source_.headers("H1");
    source_.key("K1", 0);
    bench_.begin();
    const auto player = bench_.player(6);
    player->interject("(r)");
    source_.headers("H2");
    source_.key("K2", 2000);
    bench_.grow();
    player->interject("(s)");
    player->giveRoom();
    const std::string got = player->got();
    EXPECT_THAT(got, ::testing::AnyOf("{H1}<K1>(r){H2}(s)<K2>", "{H1}<K1>(r)(s){H2}<K2>"));
}

TEST_F(PlaybackJumpTest, JumpsAgainAndAgain) {
    source_.headers("H");
    source_.key("K0", 0);
    bench_.begin();
    const auto player = bench_.player(5);
    for (int i = 1; i <= 10; ++i) {
        source_.key("K" + std::to_string(i), i * 2000);
        bench_.grow();
    }
    EXPECT_EQ(player->jumps(), 10U);
    player->giveRoom();
    EXPECT_EQ(player->got(), "{H}<K0><K10>");
}

/// A publisher that changes its headers with every keyframe makes nobody's memory grow.
TEST_F(PlaybackJumpTest, HeadersThatWereNeverSentDoNotPileUp) {
    source_.headers("H0");
    source_.key("K0", 0);
    bench_.begin();
    const auto player = bench_.player(2);
    for (int i = 1; i <= 100; ++i) {
        source_.headers("H" + std::to_string(i));
        source_.key("K" + std::to_string(i), i * 2000);
        bench_.grow();
    }
    player->giveRoom();
    EXPECT_EQ(player->got(), "{H0}{H100}<K100>");
}

TEST_F(PlaybackJumpTest, HeadersThatAreCutAreFinishedFirst) {
    source_.headers("first");
    source_.key("K0", 0);
    bench_.begin();
    const auto player = bench_.player(3);
    player->interject("(r)");
    for (int i = 1; i <= 5; ++i) {
        source_.headers("H" + std::to_string(i));
        source_.key("K" + std::to_string(i), i * 2000);
        bench_.grow();
    }
    player->giveRoom();
    EXPECT_EQ(player->got(), "{first}(r){H5}<K5>");
}

TEST_F(PlaybackJumpTest, AnotherPublicationFindsItInTheMiddleOfAnEntry) {
    source_.headers("old");
    source_.key("K-old", 0);
    source_.video("v-old", 10);
    bench_.begin();
    const auto player = bench_.player(7);
    EXPECT_EQ(player->got(), "{old}<K");
    player->interject("(r)");
    bench_.replaceSource();
    source_.headers("new");
    source_.key("K-new", 5000);
    bench_.begin();
    player->giveRoom();
    EXPECT_EQ(player->got(), "-old>(r){new}<K-new>");
}

TEST_F(PlaybackJumpTest, AnotherPublicationFindsItInTheMiddleOfTheHeaders) {
    source_.headers("old");
    source_.key("K-old", 0);
    bench_.begin();
    const auto player = bench_.player(2);
    bench_.replaceSource();
    source_.headers("new");
    source_.key("K-new", 5000);
    bench_.begin();
    player->giveRoom();
    EXPECT_EQ(player->got(), "{old}{new}<K-new>");
}

/// Many slabs behind, over a border: what a jump leaves is still there when there is room.
TEST_F(PlaybackJumpTest, WhatItLeavesMayBeLarge) {
    const std::string large(3 * Slab::kSizeBytes, 'x');
    source_.key(large, 0);
    bench_.begin();
    const auto player = bench_.player(1000);
    source_.key("K2", 2000);
    bench_.grow();
    bench_.replaceSource();
    bench_.begin();
    player->giveRoom();
    EXPECT_TRUE(player->got() == "{}<" + large + ">");
}

TEST(PlaybackJumpLog, IsWrittenAtALimitedRate) {
    const support::TempDir dir;
    const std::string file = dir.file("a.log");
    {
        RelayBench bench({64 * 1024 * 1024, 2500}, file);
        bench.limits.queueLengthMs = 1000;
        bench.source.key("K0", 0);
        bench.begin();
        const auto player = bench.player(3);
        for (int i = 1; i <= 10; ++i) {
            bench.source.key("K", i * 2000);
            bench.grow();
        }
        bench.gate.clock.advanceMs(1000);
        bench.source.key("K", 50'000);
        bench.grow();
    }
    const auto lines = support::linesOf(file);
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_THAT(lines[0],
                ::testing::HasSubstr("[warn][rtmp-7] slow player of v/live/one jumped to the newest keyframe (1 "));
    EXPECT_THAT(lines[1], ::testing::HasSubstr("(10 such jumps"));
}

} // namespace
} // namespace hookcast::hub
