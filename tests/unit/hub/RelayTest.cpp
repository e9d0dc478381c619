#include "hub/Relay.h"

#include "unit/hub/RelayBench.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace hookcast::hub {
namespace {

class RelayTest : public ::testing::Test {
  protected:
    RelayBench bench_;
    LogSource& source_ = bench_.source;
};

TEST_F(RelayTest, TellsWhenTheLastPlayerHasLeft) {
    auto one = bench_.player();
    auto two = bench_.player();
    bench_.gate.runner.run([&] { EXPECT_EQ(bench_.relay->players(), 2U); });
    one.reset();
    EXPECT_EQ(bench_.emptied.times(), 0U);
    two.reset();
    EXPECT_EQ(bench_.emptied.times(), 1U);
}

TEST_F(RelayTest, NewsOfAnOlderPublicationAreIgnored) {
    const auto player = bench_.player();
    LogSource old;
    old.key("old");
    source_.key("new");
    bench_.gate.runner.run([&] {
        bench_.relay->begin(2, source_.snapshot());
        bench_.relay->begin(1, old.snapshot());
        old.video("late");
        bench_.relay->grow(1, old.news());
        bench_.relay->end(1);
        EXPECT_NE(bench_.relay->log().newestSync(), nullptr) << "the end of the old one is not that of the new one";
        bench_.relay->begin(2, old.snapshot());
    });
    EXPECT_EQ(player->got(), "{}<new>");
}

TEST_F(RelayTest, ForgetsWhatNobodyNeeds) {
    bench_.begin();
    const auto player = bench_.player();
    for (int i = 0; i < 50; ++i) {
        source_.key(std::string(1000, 'k'));
        for (int j = 0; j < 5; ++j) source_.video(std::string(1000, 'v'));
        bench_.grow();
        EXPECT_LT(bench_.logBytes(), 6100U) << "the newest group of pictures, for players yet to come";
    }
    bench_.end();
    EXPECT_EQ(bench_.logBytes(), 0U);
}

TEST_F(RelayTest, KeepsWhatASlowPlayerNeeds) {
    bench_.begin();
    const auto slow = bench_.player(4);
    source_.key("K1");
    for (int i = 0; i < 10; ++i) {
        source_.key(std::string(100, 'k'));
        bench_.grow();
    }
    EXPECT_GT(bench_.logBytes(), 1000U);
    slow->giveRoom();
    EXPECT_EQ(slow->got().size(), 2 + 4 + 10 * 102U);
    source_.video("v");
    bench_.grow();
    EXPECT_LT(bench_.logBytes(), 200U);
}

TEST_F(RelayTest, WhoIsBehindGetsTheRestAfterTheEnd) {
    bench_.begin();
    const auto slow = bench_.player(4);
    source_.key("K1");
    source_.video("v2");
    bench_.grow();
    bench_.end();
    slow->giveRoom();
    EXPECT_EQ(slow->got(), "{}<K1><v2>");
}

TEST_F(RelayTest, APlayerThatLeavesFreesWhatItNeeded) {
    bench_.begin();
    auto slow = bench_.player(4);
    const auto other = bench_.player();
    for (int i = 0; i < 10; ++i) source_.key(std::string(100, 'k'));
    bench_.grow();
    EXPECT_GT(bench_.logBytes(), 1000U);
    slow.reset();
    source_.video("v");
    bench_.grow();
    EXPECT_LT(bench_.logBytes(), 200U);
}

/// The bound of a log, whatever players do.
class RelayLimitsTest : public ::testing::Test {
  protected:
    RelayBench bench_{{10'000, 20}};
    LogSource& source_ = bench_.source;
};

TEST_F(RelayLimitsTest, ASlowPlayerDoesNotMakeTheLogGrow) {
    source_.key("K0");
    bench_.begin();
    const auto slow = bench_.player(4);
    for (int i = 0; i < 100; ++i) {
        source_.key(std::string(1000, 'k'));
        bench_.grow();
        EXPECT_LE(bench_.logBytes(), 10'000U);
    }
    EXPECT_GT(slow->jumps(), 0U) << "although it is not behind in time";
    slow->giveRoom();
    EXPECT_TRUE(slow->got().starts_with("{}<K0><kkk"));
}

TEST_F(RelayLimitsTest, ASlowPlayerCostsNobodyElseAnything) {
    source_.key("K0");
    bench_.begin();
    const auto slow = bench_.player(4);
    const auto brisk = bench_.player();
    std::string expected = "{}<K0>";
    for (int i = 0; i < 9; ++i) {
        source_.key(std::string(998, 'k'));
        expected += "<" + std::string(998, 'k') + ">";
    }
    bench_.grow();
    // Full for a moment, within the newest group of pictures.
    brisk->giveRoom(0);
    source_.key(std::string(998, 'n'));
    source_.video(std::string(998, 'v'));
    expected += "<" + std::string(998, 'n') + "><" + std::string(998, 'v') + ">";
    bench_.grow();
    EXPECT_EQ(slow->jumps(), 1U);
    EXPECT_EQ(brisk->jumps(), 0U);
    brisk->giveRoom();
    EXPECT_TRUE(brisk->got() == expected);
}

TEST_F(RelayLimitsTest, AGroupOfPicturesThatIsTooLargeIsNotKept) {
    bench_.begin();
    const auto player = bench_.player();
    source_.key("K");
    for (int i = 0; i < 12; ++i) {
        source_.video(std::string(1000, 'v'));
        bench_.grow();
    }
    EXPECT_EQ(bench_.logBytes(), 0U);
    EXPECT_EQ(bench_.player()->got(), "") << "a new player waits for the next keyframe";
    EXPECT_GT(player->got().size(), 12'000U) << "who was there gets all of it";
}

TEST_F(RelayLimitsTest, AGroupOfPicturesThatIsTooLongIsNotKept) {
    bench_.begin();
    const auto player = bench_.player();
    source_.key("K");
    for (int i = 0; i < 19; ++i) source_.video("v");
    bench_.grow();
    EXPECT_NE(bench_.player()->got(), "");
    source_.video("v");
    bench_.grow();
    EXPECT_EQ(bench_.player()->got(), "");
    EXPECT_EQ(bench_.logBytes(), 0U);
}

TEST_F(RelayLimitsTest, WhoIsBehindInAGroupThatIsTooLargeWaitsForTheNextKeyframe) {
    bench_.begin();
    const auto slow = bench_.player(4);
    source_.key("K");
    for (int i = 0; i < 12; ++i) {
        source_.video(std::string(1000, 'v'));
        bench_.grow();
    }
    EXPECT_EQ(bench_.logBytes(), 0U);
    slow->giveRoom();
    EXPECT_EQ(slow->got(), "{}<K>");
    source_.key("next");
    bench_.grow();
    EXPECT_EQ(slow->got(), "<next>");
}

TEST_F(RelayLimitsTest, AStalledPlayerPinsNothing) {
    bench_.limits.interjectionBytes = 10;
    source_.key("K0");
    bench_.begin();
    const auto stalled = bench_.player();
    stalled->interject(std::string(11, 'r'));
    for (int i = 0; i < 100; ++i) {
        source_.key(std::string(1000, 'k'));
        bench_.grow();
        EXPECT_LE(bench_.logBytes(), 10'000U) << "its session may take a while to end";
    }
}

TEST_F(RelayLimitsTest, AStalledPlayerCanStillBeStopped) {
    bench_.limits.sendTimeoutMs = 1000;
    source_.key("K0-long");
    bench_.begin();
    const auto stalled = bench_.player(5);
    bench_.gate.clock.advanceMs(2000);
    for (int i = 0; i < 30; ++i) {
        source_.key(std::string(1000, 'k'));
        bench_.grow();
    }
    EXPECT_EQ(stalled->got(), "{}<K0");
    EXPECT_EQ(stalled->with([](Playback& playback) { return std::string(base::asText(playback.stop())); }), "-long>");
}

} // namespace
} // namespace hookcast::hub
