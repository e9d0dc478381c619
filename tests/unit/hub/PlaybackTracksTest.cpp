// Formats that keep a stream's tracks apart: who has set up some of them gets those.
#include "hub/Playback.h"

#include "unit/hub/RelayBench.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::hub {
namespace {

using Role = media::FrameRole;

class PlaybackTracksTest : public ::testing::Test {
  protected:
    /// Track 0 is a picture, 1 its sound, 2 a second picture, 3 a second sound.
    void group(const std::string& number) {
        source_.videoOf(0, Role::Keyframe, "K" + number);
        source_.videoOf(2, Role::Media, "p" + number);
        source_.audioOf(1, "a" + number);
        source_.audioOf(3, "b" + number);
        source_.videoOf(2, Role::Keyframe, "Q" + number);
        source_.videoOf(0, Role::Media, "v" + number);
        source_.videoOf(2, Role::Media, "q" + number);
    }

    RelayBench bench_;
    LogSource& source_ = bench_.source;
};

TEST_F(PlaybackTracksTest, EachPictureBeginsWithAKeyframeOfItsOwn) {
    group("1");
    bench_.begin();
    const auto player = bench_.player();
    EXPECT_EQ(player->got(), "{}<K1><a1><b1><Q1><v1><q1>");
    source_.videoOf(2, Role::Media, "q2");
    bench_.grow();
    EXPECT_EQ(player->got(), "<q2>");
}

TEST_F(PlaybackTracksTest, OnlyWhatWasSetUpIsSent) {
    bench_.limits.wantedTracks = only(0) | only(3);
    group("1");
    bench_.begin();
    const auto player = bench_.player();
    EXPECT_EQ(player->got(), "{}<K1><b1><v1>");
    group("2");
    bench_.grow();
    EXPECT_EQ(player->got(), "<K2><b2><v2>");
}

TEST_F(PlaybackTracksTest, ATrackThatComesLaterIsNobodys) {
    bench_.limits.wantedTracks = only(0) | only(1);
    source_.videoOf(0, Role::Keyframe, "K1");
    source_.audioOf(1, "a1");
    bench_.begin();
    const auto player = bench_.player();
    EXPECT_EQ(player->got(), "{}<K1><a1>");
    source_.videoOf(2, Role::Keyframe, "Q1");
    source_.audioOf(1, "a2");
    bench_.grow();
    EXPECT_EQ(player->got(), "<a2>");
}

TEST_F(PlaybackTracksTest, NothingIsLostOrCutWhereLittleIsTaken) {
    group("1");
    bench_.begin();
    const auto player = bench_.player(0);
    std::string all;
    for (int i = 0; i < 40; ++i) {
        player->giveRoom(1);
        all += player->got();
    }
    EXPECT_EQ(all, "{}<K1><a1><b1><Q1><v1><q1>");
}

TEST_F(PlaybackTracksTest, WhoJumpsBeginsEachPictureAnew) {
    bench_.limits.startAtCachedGop = true;
    group("1");
    bench_.begin();
    const auto player = bench_.player();
    player->got();
    player->with([](Playback& playback) { playback.setPaused(true); });
    group("2");
    bench_.grow();
    player->with([](Playback& playback) { playback.setPaused(false); });
    group("3");
    bench_.grow();
    const std::string got = player->got();
    EXPECT_EQ(got.find("<p3>") == std::string::npos, got.find("<Q2>") == std::string::npos) << got;
    EXPECT_EQ(got.find("<p2>"), std::string::npos) << got;
}

} // namespace
} // namespace hookcast::hub
