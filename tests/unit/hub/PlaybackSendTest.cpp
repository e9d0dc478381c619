#include "hub/Playback.h"

#include "unit/hub/RelayBench.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hookcast::hub {
namespace {

using ::testing::_;

/// Partial writes, and replies that must not tear a message apart.
class PlaybackSendTest : public ::testing::Test {
  protected:
    RelayBench bench_;
    LogSource& source_ = bench_.source;
};

TEST_F(PlaybackSendTest, GoesOnWhereTheConnectionWasFull) {
    source_.headers("Headers");
    source_.key("K1");
    bench_.begin();
    const auto player = bench_.player(3);
    EXPECT_EQ(player->got(), "{He");
    for (int i = 2; i < 6; ++i) source_.video("v" + std::to_string(i));
    bench_.grow();
    EXPECT_EQ(player->got(), "") << "nothing is offered until there is room";
    std::string all = "{He";
    for (int i = 0; i < 100; ++i) {
        player->giveRoom(1);
        all += player->got();
    }
    EXPECT_EQ(all, "{Headers}<K1><v2><v3><v4><v5>");
}

TEST_F(PlaybackSendTest, OffersAFullConnectionNothing) {
    bench_.begin();
    const auto player = bench_.player(0);
    source_.key("K1");
    bench_.grow();
    bench_.gate.runner.run([&] { EXPECT_CALL(player->subscriber, write(_)).Times(0); });
    source_.video("v2");
    bench_.grow();
    player->interject("(r)");
    bench_.gate.runner.run([&] { ::testing::Mock::VerifyAndClearExpectations(&player->subscriber); });
}

TEST_F(PlaybackSendTest, WritesABatchInOneGo) {
    bench_.begin();
    const auto player = bench_.player();
    source_.key("K1");
    bench_.grow();
    const std::size_t before = bench_.gate.runner.run([&] { return player->subscriber.writes; });
    for (int i = 0; i < 20; ++i) source_.video("v");
    bench_.grow();
    EXPECT_EQ(bench_.gate.runner.run([&] { return player->subscriber.writes; }), before + 1);
}

TEST_F(PlaybackSendTest, SendsEntriesLargerThanOneWriteHolds) {
    const std::string large(Slab::kSizeBytes * (2 * WireLog::kMaxRanges + 1), 'x');
    bench_.begin();
    const auto player = bench_.player();
    source_.key(large);
    source_.video("v2");
    bench_.grow();
    EXPECT_TRUE(player->got() == "{}<" + large + "><v2>");
}

TEST_F(PlaybackSendTest, AReplyLeavesAtOnceBetweenEntries) {
    const auto player = bench_.player();
    player->interject("(early)");
    EXPECT_EQ(player->got(), "(early)");
    source_.key("K1");
    bench_.begin();
    player->interject("(later)");
    EXPECT_EQ(player->got(), "{}<K1>(later)");
}

TEST_F(PlaybackSendTest, AReplyWaitsForTheEndOfTheEntry) {
    bench_.begin();
    const auto player = bench_.player(5);
    source_.key("K1-long");
    source_.video("v2");
    bench_.grow();
    EXPECT_EQ(player->got(), "{}<K1");
    player->interject("(r1)");
    player->interject("(r2)");
    source_.video("v3");
    bench_.grow();
    EXPECT_EQ(player->got(), "");
    player->giveRoom(1);
    EXPECT_EQ(player->got(), "-");
    player->giveRoom();
    EXPECT_EQ(player->got(), "long>(r1)(r2)<v2><v3>") << "and goes ahead of what follows";
}

TEST_F(PlaybackSendTest, AReplyThatIsCutGoesOnBeforeAnythingElse) {
    source_.key("K1");
    bench_.begin();
    const auto player = bench_.player();
    player->giveRoom(3);
    player->got();
    player->interject("(reply)");
    EXPECT_EQ(player->got(), "(re");
    player->interject("(second)");
    source_.video("v2");
    bench_.grow();
    player->giveRoom(5);
    EXPECT_EQ(player->got(), "ply)(");
    player->giveRoom();
    EXPECT_EQ(player->got(), "second)<v2>");
}

TEST_F(PlaybackSendTest, TooManyUnreadRepliesStallThePlayerOnce) {
    bench_.limits.interjectionBytes = 10;
    const auto player = bench_.player(0);
    bench_.gate.runner.run(
        [&] { EXPECT_CALL(player->subscriber, onStalled("too many replies left unread")).Times(1); });
    player->interject("(12345678)");
    bench_.gate.runner.run([&] { EXPECT_TRUE(player->subscriber.stalls.empty()); });
    player->interject("x");
    player->interject("x");
    player->interject("x");
    player->giveRoom();
    EXPECT_EQ(player->got(), "") << "the session ends: nothing more is sent";
}

TEST_F(PlaybackSendTest, RepliesThatAreReadMakeRoomForMore) {
    bench_.limits.interjectionBytes = 10;
    const auto player = bench_.player();
    for (int i = 0; i < 10; ++i) player->interject("(12345678)");
    EXPECT_EQ(player->got().size(), 100U);
    bench_.gate.runner.run([&] { EXPECT_TRUE(player->subscriber.stalls.empty()); });
}

TEST_F(PlaybackSendTest, AConnectionThatTakesNothingStallsAfterTheTimeoutOnce) {
    bench_.limits.sendTimeoutMs = 5000;
    source_.key("K1");
    bench_.begin();
    const auto player = bench_.player(2);
    const auto stalls = [&] { return bench_.gate.runner.run([&] { return player->subscriber.stalls.size(); }); };
    bench_.gate.clock.advanceMs(5000);
    bench_.grow();
    EXPECT_EQ(stalls(), 0U);
    player->giveRoom(1);
    bench_.gate.clock.advanceMs(5000);
    bench_.grow();
    EXPECT_EQ(stalls(), 0U) << "one byte is enough to live on";
    player->giveRoom(0);
    bench_.gate.clock.advanceMs(1);
    bench_.grow();
    EXPECT_EQ(stalls(), 1U) << "none is not";
    bench_.gate.clock.advanceMs(60'000);
    bench_.grow();
    EXPECT_EQ(stalls(), 1U);
}

TEST_F(PlaybackSendTest, TellsHowFarBehindItIs) {
    bench_.begin();
    const auto player = bench_.player(5);
    const auto standing = [&] { return player->with([](const Playback& playback) { return playback.standing(); }); };
    EXPECT_TRUE(standing().awaitsStart);
    EXPECT_EQ(standing().lagBytes, 0U);
    source_.key("K1");
    bench_.grow();
    EXPECT_EQ(player->got(), "{}<K1");
    EXPECT_EQ(standing().lagBytes, 1U);
    EXPECT_EQ(standing().lagMs, 0);
    source_.video("v2", 900);
    bench_.grow();
    bench_.gate.clock.advanceMs(700);
    EXPECT_EQ(standing().lagBytes, 5U);
    EXPECT_EQ(standing().lagMs, 900);
    EXPECT_EQ(standing().blockedMs, 700);
    EXPECT_FALSE(standing().awaitsStart);
    player->giveRoom();
    EXPECT_EQ(player->got(), "><v2>");
    EXPECT_EQ(standing().lagBytes, 0U);
    EXPECT_EQ(standing().lagMs, 0);
    EXPECT_EQ(standing().blockedMs, 0);
    EXPECT_EQ(standing().jumps, 0U);
}

TEST_F(PlaybackSendTest, AfterBeingFullTheTimeoutBeginsAnew) {
    bench_.limits.sendTimeoutMs = 5000;
    source_.key("K1");
    bench_.begin();
    const auto player = bench_.player(2);
    player->giveRoom();
    bench_.gate.clock.advanceMs(60'000);
    player->giveRoom(1);
    source_.video("v2");
    bench_.grow();
    bench_.gate.clock.advanceMs(5000);
    bench_.grow();
    bench_.gate.runner.run([&] { EXPECT_TRUE(player->subscriber.stalls.empty()); });
}

/// The publisher is gone and nothing comes: whoever does not take the rest must not keep it for ever.
TEST_F(PlaybackSendTest, TheTimeoutHoldsAfterTheEndOfThePublicationToo) {
    bench_.limits.sendTimeoutMs = 5000;
    source_.key("K1");
    bench_.begin();
    const auto player = bench_.player(2);
    bench_.end();
    for (int second = 0; second < 4; ++second) bench_.gate.pass(1000);
    bench_.gate.runner.run([&] { EXPECT_TRUE(player->subscriber.stalls.empty()); });
    for (int second = 0; second < 4; ++second) bench_.gate.pass(1000);
    bench_.gate.runner.run([&] { EXPECT_EQ(player->subscriber.stalls.size(), 1U); });
}

TEST_F(PlaybackSendTest, WhoTakesTheRestAfterTheEndIsLeftInPeace) {
    bench_.limits.sendTimeoutMs = 5000;
    source_.key("K1");
    bench_.begin();
    const auto player = bench_.player(2);
    bench_.end();
    bench_.gate.pass(1000);
    player->giveRoom();
    for (int second = 0; second < 20; ++second) bench_.gate.pass(1000);
    EXPECT_EQ(player->got(), "{}<K1>");
    bench_.gate.runner.run([&] { EXPECT_TRUE(player->subscriber.stalls.empty()); });
}

} // namespace
} // namespace hookcast::hub
