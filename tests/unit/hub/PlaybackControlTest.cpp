#include "hub/Playback.h"

#include "unit/hub/RelayBench.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::hub {
namespace {

using media::FrameKind;

/// What a player asks for: pause, no audio, no video, the end.
class PlaybackControlTest : public ::testing::Test {
  protected:
    void pause(Player& player, bool on) {
        player.with([on](Playback& playback) { playback.setPaused(on); });
    }
    void receive(Player& player, FrameKind kind, bool on) {
        player.with([=](Playback& playback) { playback.setReceives(kind, on); });
    }
    std::string stop(Player& player) {
        return player.with([](Playback& playback) { return std::string(base::asText(playback.stop())); });
    }

    RelayBench bench_;
    LogSource& source_ = bench_.source;
};

TEST_F(PlaybackControlTest, PausedItGetsNothingAndGoesOnAtTheNewestKeyframe) {
    source_.headers("H");
    source_.key("K1");
    bench_.begin();
    const auto player = bench_.player();
    EXPECT_EQ(player->got(), "{H}<K1>");
    pause(*player, true);
    pause(*player, true);
    source_.video("v2");
    source_.key("K3");
    source_.key("K4");
    source_.video("v5");
    bench_.grow();
    EXPECT_EQ(player->got(), "");
    pause(*player, false);
    EXPECT_EQ(player->got(), "<K4><v5>");
    pause(*player, false);
    EXPECT_EQ(player->got(), "");
}

TEST_F(PlaybackControlTest, UnpausedItNeverGoesBackInTime) {
    source_.key("K1");
    source_.video("v2");
    bench_.begin();
    const auto player = bench_.player();
    EXPECT_EQ(player->got(), "{}<K1><v2>");
    pause(*player, true);
    pause(*player, false);
    EXPECT_EQ(player->got(), "") << "the newest keyframe lies behind it";
    source_.video("v3");
    bench_.grow();
    EXPECT_EQ(player->got(), "");
    source_.key("K4");
    bench_.grow();
    EXPECT_EQ(player->got(), "<K4>");
}

TEST_F(PlaybackControlTest, PausedInTheMiddleOfAnEntryItFinishesThat) {
    source_.key("K1");
    source_.video("v2");
    bench_.begin();
    const auto player = bench_.player(4);
    EXPECT_EQ(player->got(), "{}<K");
    pause(*player, true);
    player->giveRoom();
    EXPECT_EQ(player->got(), "1>");
    player->interject("(r)");
    EXPECT_EQ(player->got(), "(r)") << "replies go on";
    source_.key("K3");
    bench_.grow();
    pause(*player, false);
    EXPECT_EQ(player->got(), "<K3>");
}

TEST_F(PlaybackControlTest, PausedAndFullItPinsNoLog) {
    source_.key("K1");
    bench_.begin();
    const auto player = bench_.player(4);
    pause(*player, true);
    for (int i = 0; i < 100; ++i) {
        source_.key(std::string(1000, 'x'));
        bench_.grow();
        bench_.gate.runner.run([&] { source_.log().trimTo(source_.log().endSequence() - 1); });
    }
    EXPECT_LT(bench_.logBytes(), 3000U);
}

TEST_F(PlaybackControlTest, PausedOverANewPublicationItStartsThereAtAKeyframe) {
    source_.headers("old");
    source_.key("K1");
    bench_.begin();
    const auto player = bench_.player();
    player->got();
    pause(*player, true);
    bench_.replaceSource();
    source_.headers("new");
    source_.key("N1");
    bench_.begin();
    source_.key("N2");
    bench_.grow();
    EXPECT_EQ(player->got(), "");
    pause(*player, false);
    EXPECT_EQ(player->got(), "{new}<N2>");
}

TEST_F(PlaybackControlTest, WithoutVideoItGetsTheRest) {
    source_.headers("H");
    source_.key("K1");
    source_.audio("a2");
    source_.video("v3");
    source_.data("d4");
    bench_.begin();
    const auto player = bench_.player(5);
    EXPECT_EQ(player->got(), "{H}<K");
    receive(*player, FrameKind::Video, false);
    player->giveRoom();
    EXPECT_EQ(player->got(), "1><a2><d4>") << "the entry it was in is finished";
    source_.video("v5");
    source_.key("K6");
    source_.audio("a7");
    source_.video("v8");
    bench_.grow();
    EXPECT_EQ(player->got(), "<a7>");
}

TEST_F(PlaybackControlTest, VideoComesBackWithAKeyframe) {
    source_.headers("H");
    source_.key("K1");
    bench_.begin();
    const auto player = bench_.player();
    player->got();
    receive(*player, FrameKind::Video, false);
    source_.video("v2");
    bench_.grow();
    receive(*player, FrameKind::Video, true);
    receive(*player, FrameKind::Video, true);
    source_.video("v3");
    bench_.grow();
    EXPECT_EQ(player->got(), "");
    source_.key("K4");
    source_.video("v5");
    bench_.grow();
    EXPECT_EQ(player->got(), "<K4><v5>");
}

TEST_F(PlaybackControlTest, WithoutAudioItGetsTheRest) {
    source_.key("K1");
    bench_.begin();
    const auto player = bench_.player();
    player->got();
    receive(*player, FrameKind::Audio, false);
    source_.audio("a2");
    source_.video("v3");
    source_.audio("a4");
    source_.audio("a5");
    source_.data("d6");
    bench_.grow();
    EXPECT_EQ(player->got(), "<v3><d6>");
    receive(*player, FrameKind::Audio, true);
    source_.audio("a7");
    bench_.grow();
    EXPECT_EQ(player->got(), "<a7>");
}

TEST_F(PlaybackControlTest, AConfigurationIsNeverLeftOut) {
    source_.key("K1");
    bench_.begin();
    const auto player = bench_.player();
    player->got();
    receive(*player, FrameKind::Audio, false);
    source_.audio("a2");
    source_.audioConfig("A3");
    source_.audio("a4");
    bench_.grow();
    receive(*player, FrameKind::Audio, true);
    source_.audio("a5");
    bench_.grow();
    EXPECT_EQ(player->got(), "<A3><a5>") << "or what comes later could not be decoded";
}

TEST_F(PlaybackControlTest, WithNeitherItPinsNoLog) {
    source_.key("K1");
    bench_.begin();
    const auto player = bench_.player();
    receive(*player, FrameKind::Audio, false);
    receive(*player, FrameKind::Video, false);
    for (int i = 0; i < 100; ++i) {
        source_.key(std::string(1000, 'x'));
        source_.audio(std::string(1000, 'x'));
        bench_.grow();
    }
    EXPECT_LT(bench_.logBytes(), 5000U);
    EXPECT_EQ(player->got(), "{}<K1>");
}

TEST_F(PlaybackControlTest, StoppedItGivesBackWhatEndsTheMessage) {
    source_.headers("H");
    source_.key("K1");
    source_.video("v2");
    bench_.begin();
    const auto player = bench_.player(5);
    EXPECT_EQ(player->got(), "{H}<K");
    player->interject("(r)");
    EXPECT_EQ(stop(*player), "1>(r)");
    player->giveRoom();
    source_.key("K3");
    bench_.grow();
    EXPECT_EQ(player->got(), "");
}

TEST_F(PlaybackControlTest, StoppedInTheMiddleOfTheHeadersItGivesBackTheirRest) {
    source_.headers("Headers");
    source_.key("K1");
    bench_.begin();
    const auto player = bench_.player(4);
    EXPECT_EQ(player->got(), "{Hea");
    player->interject("(r)");
    EXPECT_EQ(stop(*player), "ders}(r)");
}

TEST_F(PlaybackControlTest, StoppedBetweenMessagesItGivesBackNothing) {
    source_.headers("H");
    source_.key("K1");
    bench_.begin();
    const auto player = bench_.player();
    EXPECT_EQ(stop(*player), "");
    EXPECT_EQ(stop(*player), "");
}

TEST_F(PlaybackControlTest, StoppedWhileItWaitsItGivesBackUnreadReplies) {
    const auto player = bench_.player(2);
    player->interject("(reply)");
    EXPECT_EQ(player->got(), "(r");
    EXPECT_EQ(stop(*player), "eply)");
}

TEST_F(PlaybackControlTest, StoppedAfterAJumpItGivesBackWhatTheJumpLeft) {
    bench_.limits.queueLengthMs = 1000;
    source_.headers("H1");
    source_.key("K1-long", 0);
    bench_.begin();
    const auto player = bench_.player(6);
    EXPECT_EQ(player->got(), "{H1}<K");
    source_.headers("H2");
    source_.key("K2", 5000);
    bench_.grow();
    EXPECT_EQ(player->jumps(), 1U);
    EXPECT_EQ(stop(*player), "1-long>") << "headers of media that will not come are of no use";
}

} // namespace
} // namespace hookcast::hub
