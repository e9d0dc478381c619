#include "unit/hub/RegistryBench.h"

#include <gtest/gtest.h>

#include <optional>

namespace hookcast::hub {
namespace {

/// What players learn when their publisher leaves.
class PlaybackEndTest : public ::testing::Test {
  protected:
    std::size_t ends(TestPlayer& player) {
        gate_.runner.settle();
        return gate_.runner.run([&] { return player.subscriber.ends; });
    }

    StreamRegistry registry_{64 * 1024 * 1024, 4096};
    TextFormat format_;
    support::HookGate gate_;
};

TEST_F(PlaybackEndTest, ComesBehindTheLastFrameOncePerPublication) {
    TestPlayer player(gate_, registry_, format_);
    for (std::size_t publications = 1; publications <= 2; ++publications) {
        TestPublisher publisher(gate_, registry_);
        publisher.key(0, "K");
        EXPECT_EQ(ends(player), publications - 1);
        publisher.end();
        EXPECT_EQ(ends(player), publications);
        EXPECT_TRUE(player.got().ends_with(publications == 1 ? "<K@0>" : "<K@40>"));
    }
}

TEST_F(PlaybackEndTest, WaitsForThePlayerThatIsBehind) {
    TestPlayer player(gate_, registry_, format_);
    gate_.runner.run([&] { player.subscriber.room = 2; });
    TestPublisher publisher(gate_, registry_);
    publisher.key(0, "Key");
    publisher.end();
    EXPECT_EQ(ends(player), 0U);
    player.giveRoom();
    EXPECT_EQ(ends(player), 1U);
    EXPECT_TRUE(player.got().ends_with("<Key@0>"));
}

TEST_F(PlaybackEndTest, IsNotToldToWhoCameLater) {
    TestPlayer witness(gate_, registry_, format_);
    TestPublisher(gate_, registry_).key(0, "K");
    EXPECT_EQ(ends(witness), 1U);
    TestPlayer late(gate_, registry_, format_);
    EXPECT_EQ(ends(late), 0U);
}

TEST(StreamHeadersTest, AreKnownWhileSomebodyPublishes) {
    StreamRegistry registry(64 * 1024 * 1024, 4096);
    support::HookGate gate;
    EXPECT_EQ(registry.headers(streamOne()), nullptr);
    TestPublisher publisher(gate, registry);
    ASSERT_NE(registry.headers(streamOne()), nullptr);
    EXPECT_EQ(registry.headers(streamOne())->videoConfig, nullptr);
    publisher.config("config");
    ASSERT_NE(registry.headers(streamOne())->videoConfig, nullptr);
    EXPECT_EQ(base::asText(registry.headers(streamOne())->videoConfig->body), "config");
    publisher.end();
    EXPECT_EQ(registry.headers(streamOne()), nullptr);
}

} // namespace
} // namespace hookcast::hub
