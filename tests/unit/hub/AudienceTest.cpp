#include "hub/Audience.h"

#include "unit/hub/RegistryBench.h"

#include <gmock/gmock.h>

#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace hookcast::hub {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class AudienceTest : public ::testing::Test {
  protected:
    AudienceTest() { registry_.addDemand(demand_); }

    std::optional<Audience> attend() { return registry_.attend(streamOne()); }

    /// Of the one stream that there is.
    std::int64_t players() const { return registry_.views().at(0).figures->players; }
    std::uint64_t sentBytes() const { return registry_.views().at(0).figures->sentBytes; }

    NotedDemand demand_;
    StreamRegistry registry_{64 * 1024 * 1024, 4096};
};

TEST_F(AudienceTest, EachIsAPlayerForAsLongAsItLives) {
    auto one = attend();
    auto other = attend();
    EXPECT_EQ(players(), 2);
    other.reset();
    EXPECT_EQ(players(), 1);
}

TEST_F(AudienceTest, TheStreamIsWantedFromTheFirstToTheLast) {
    auto one = attend();
    auto other = attend();
    EXPECT_THAT(demand_.told, ElementsAre("+one"));
    one.reset();
    EXPECT_THAT(demand_.told, ElementsAre("+one"));
    other.reset();
    EXPECT_THAT(demand_.told, ElementsAre("+one", "-one"));
}

TEST_F(AudienceTest, AStreamThatHasOneIsThereUntilTheLastHasLeft) {
    auto one = attend();
    const std::string id = registry_.streamId(streamOne());
    EXPECT_NE(id, "");
    auto other = attend();
    one.reset();
    EXPECT_EQ(registry_.streamId(streamOne()), id);
    other.reset();
    EXPECT_THAT(registry_.views(), IsEmpty());
}

TEST_F(AudienceTest, WhatItHasBeenSentCountsWhenItLeaves) {
    const auto stays = attend();
    auto silent = attend();
    auto one = attend();
    one->setSent(1000);
    one->setSent(3000);
    EXPECT_EQ(sentBytes(), 0U) << "it is here: others count it as it is";
    one.reset();
    EXPECT_EQ(sentBytes(), 3000U) << "in all, not what was told before as well";
    silent.reset();
    EXPECT_EQ(sentBytes(), 3000U);
}

TEST_F(AudienceTest, WhatHasMovedIsNobody) {
    const auto stays = attend();
    auto one = attend();
    one->setSent(500);
    std::optional<Audience> moved(std::move(*one));
    one.reset();
    EXPECT_EQ(players(), 2);
    EXPECT_EQ(sentBytes(), 0U);
    moved.reset();
    EXPECT_EQ(players(), 1);
    EXPECT_EQ(sentBytes(), 500U);
}

TEST_F(AudienceTest, APublisherGoesOnWithoutIt) {
    support::HookGate gate;
    const TestPublisher publisher(gate, registry_);
    attend().reset();
    EXPECT_EQ(players(), 0);
    EXPECT_NE(registry_.headers(streamOne()), nullptr);
}

TEST_F(AudienceTest, TheyComeAndGoOnAnyThread) {
    constexpr int kThreads = 4;
    constexpr int kTimes = 500;
    const auto stays = attend();
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i)
        threads.emplace_back([this] {
            for (int time = 0; time < kTimes; ++time) attend()->setSent(1);
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(players(), 1);
    EXPECT_EQ(sentBytes(), std::uint64_t{kThreads} * kTimes);
    EXPECT_THAT(demand_.told, ElementsAre("+one"));
}

} // namespace
} // namespace hookcast::hub
