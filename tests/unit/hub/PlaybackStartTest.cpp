#include "hub/Playback.h"

#include "unit/hub/RelayBench.h"

#include <gtest/gtest.h>

namespace hookcast::hub {
namespace {

/// Where a player's first byte comes from.
class PlaybackStartTest : public ::testing::Test {
  protected:
    RelayBench bench_;
    LogSource& source_ = bench_.source;
};

TEST_F(PlaybackStartTest, ANewPlayerGetsHeadersAndTheNewestGroupOfPictures) {
    source_.headers("H");
    source_.key("K1");
    source_.video("v2");
    source_.key("K3");
    source_.audio("a4");
    bench_.begin();
    const auto player = bench_.player();
    EXPECT_EQ(player->got(), "{H}<K3><a4>");
    source_.video("v5");
    source_.data("d6");
    bench_.grow();
    EXPECT_EQ(player->got(), "<v5><d6>");
}

TEST_F(PlaybackStartTest, PlayersGetTheSameBytesWheneverTheyCome) {
    source_.headers("H");
    source_.key("K1");
    bench_.begin();
    const auto early = bench_.player();
    source_.video("v2");
    bench_.grow();
    const auto late = bench_.player();
    source_.video("v3");
    bench_.grow();
    EXPECT_EQ(early->got(), "{H}<K1><v2><v3>");
    EXPECT_EQ(late->got(), "{H}<K1><v2><v3>");
}

TEST_F(PlaybackStartTest, WhoWaitsForThePublisherGetsAllFromTheFirstKeyframeOn) {
    const auto player = bench_.player();
    EXPECT_EQ(player->got(), "");
    bench_.begin();
    source_.headers("H");
    source_.video("v1");
    source_.key("K2");
    source_.video("v3");
    source_.key("K4");
    bench_.grow();
    EXPECT_EQ(player->got(), "{H}<K2><v3><K4>");
}

TEST_F(PlaybackStartTest, WithoutGopCacheItWaitsForTheNextKeyframe) {
    bench_.limits.startAtCachedGop = false;
    source_.headers("H");
    source_.key("K1");
    source_.video("v2");
    bench_.begin();
    const auto player = bench_.player();
    source_.audio("a3");
    bench_.grow();
    EXPECT_EQ(player->got(), "");
    source_.video("v4");
    source_.key("K5");
    source_.video("v6");
    bench_.grow();
    EXPECT_EQ(player->got(), "{H}<K5><v6>");
}

TEST_F(PlaybackStartTest, WithoutVideoItStartsAtTheNewestFrame) {
    for (const bool gopCache : {true, false}) {
        bench_.replaceSource();
        bench_.limits.startAtCachedGop = gopCache;
        source_.headers("H");
        source_.audio("a1");
        source_.audio("a2");
        bench_.begin();
        const auto player = bench_.player();
        source_.audio("a3");
        bench_.grow();
        EXPECT_EQ(player->got(), "{H}<a2><a3>");
    }
}

TEST_F(PlaybackStartTest, WithNothingToStartAtItWaits) {
    source_.video("v1");
    bench_.begin();
    const auto player = bench_.player();
    source_.video("v2");
    bench_.grow();
    EXPECT_EQ(player->got(), "");
    source_.key("K3");
    bench_.grow();
    EXPECT_EQ(player->got(), "{}<K3>");
}

TEST_F(PlaybackStartTest, AfterTheEndItDoesNotGetTheOldPictures) {
    source_.key("K1");
    source_.video("v2");
    bench_.begin();
    const auto stayed = bench_.player();
    bench_.end();
    const auto late = bench_.player();
    EXPECT_EQ(stayed->got(), "{}<K1><v2>");
    EXPECT_EQ(late->got(), "");
    bench_.replaceSource();
    source_.headers("new");
    source_.key("K1");
    bench_.begin();
    EXPECT_EQ(stayed->got(), "{new}<K1>");
    EXPECT_EQ(late->got(), "{new}<K1>");
}

/// A publication's headers are its own: both count their versions from the beginning.
TEST_F(PlaybackStartTest, WhoStaysForTheNextPublicationGetsItsHeaders) {
    source_.headers("old");
    source_.key("K1");
    bench_.begin();
    const auto player = bench_.player();
    EXPECT_EQ(player->got(), "{old}<K1>");
    bench_.replaceSource();
    source_.headers("new");
    source_.key("K1");
    bench_.begin();
    EXPECT_EQ(player->got(), "{new}<K1>");
}

TEST_F(PlaybackStartTest, WhoStaysWithoutGopCacheWaitsForTheNextKeyframe) {
    bench_.limits.startAtCachedGop = false;
    source_.key("K1");
    bench_.begin();
    const auto player = bench_.player();
    bench_.replaceSource();
    source_.headers("new");
    source_.key("K1");
    bench_.begin();
    EXPECT_EQ(player->got(), "");
    source_.key("K2");
    bench_.grow();
    EXPECT_EQ(player->got(), "{new}<K2>");
}

} // namespace
} // namespace hookcast::hub
