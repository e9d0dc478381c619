// URLs that are asked beside the others.
#include "unit/hooks/PolicyTest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace hookcast::hooks {
namespace {

using support::answered;
using support::failed;
using support::GateClient;
using support::no;
using support::yes;
using testing::ElementsAre;
using Outcome = HookResponse::Outcome;
using ShadowTest = PolicyTest;

TEST_F(ShadowTest, AShadowIsAskedAndNotWaitedFor) {
    hooks_.shadow.onPlay = {"http://s/play"};
    GateClient client(gate_, hooks_);
    client.ask(HookAction::Play);
    ASSERT_TRUE(gate_.transport.waitForCalls(2));
    ASSERT_THAT(gate_.transport.urls(), ElementsAre("http://s/play", "http://a/play"));
    EXPECT_EQ(gate_.transport.requests()[0].body, gate_.transport.requests()[1].body);
    gate_.answer(1, yes());
    ASSERT_TRUE(client.verdict.wait());
    EXPECT_TRUE(client.admitted());
    gate_.answer(0, no());
    gate_.runner.settle();
    EXPECT_EQ(figures("http://s/play").disagreements, 1U);
    EXPECT_EQ(figures("http://s/play").inFlight, 0U);
    EXPECT_TRUE(logs("shadow of on_play disagrees: stream=__defaultVhost__/live/one url=http://s/play"));
    EXPECT_TRUE(logs("shadow_verdict=refused verdict=admitted"));
    client.leave();
    ASSERT_TRUE(gate_.transport.waitForCalls(3));
    EXPECT_EQ(gate_.transport.urls().back(), "http://a/stop") << "a shadow hears of no end";
    gate_.transport.answer(2, yes());
}

TEST_F(ShadowTest, AShadowThatIsFasterIsComparedLater) {
    hooks_.shadow.onPublish = {"http://s/publish"};
    GateClient client(gate_, hooks_);
    client.ask(HookAction::Publish);
    gate_.answer(0, yes());
    EXPECT_EQ(figures("http://s/publish").disagreements, 0U);
    EXPECT_TRUE(client.waiting());
    gate_.answer(1, no());
    ASSERT_TRUE(client.verdict.wait());
    EXPECT_FALSE(client.admitted());
    EXPECT_EQ(figures("http://s/publish").disagreements, 1U);
    EXPECT_TRUE(logs("shadow_verdict=admitted verdict=refused"));
}

TEST_F(ShadowTest, AFailureDisagreesWithNobody) {
    hooks_.shadow.onConnect = {"http://s/connect"};
    for (const auto& [shadow, real] : std::vector<std::pair<HookResponse, HookResponse>>{
             {failed(Outcome::TimedOut), yes()}, {no(), answered(503, "")}, {yes(), yes()}, {no(), no()}}) {
        GateClient client(gate_, hooks_);
        client.ask(HookAction::Connect);
        give(shadow);
        give(real);
        ASSERT_TRUE(client.verdict.wait());
    }
    EXPECT_EQ(figures("http://s/connect").disagreements, 0U);
}

TEST_F(ShadowTest, AShadowThatHangsHasSoManyCallsAndNoMore) {
    hooks_.shadow.onPlay = {"http://s/play"};
    hooks_.shadow.calls = 2;
    hooks_.onPlay.clear();
    hooks_.onStop.clear();
    for (int i = 0; i < 5; ++i) {
        GateClient client(gate_, hooks_);
        client.ask(HookAction::Play);
        ASSERT_TRUE(client.verdict.wait());
        EXPECT_TRUE(client.admitted());
    }
    EXPECT_EQ(gate_.transport.urls().size(), 2U);
    EXPECT_EQ(figures("http://s/play").skipped, 3U);
    gate_.answer(0, failed(Outcome::TimedOut));
    GateClient client(gate_, hooks_);
    client.ask(HookAction::Play);
    ASSERT_TRUE(client.verdict.wait());
    EXPECT_EQ(gate_.transport.urls().size(), 3U) << "a place has become free";
    EXPECT_EQ(gate_.admission.openJobs(), 0U) << "nobody waits for it at the end either";
}

TEST_F(ShadowTest, AShadowThatCannotBeCalledIsNotNoticed) {
    hooks_.shadow.onPlay = {"http://s/play"};
    hooks_.onPlay.clear();
    hooks_.onStop.clear();
    gate_.transport.refuseCalls(true);
    GateClient client(gate_, hooks_);
    client.ask(HookAction::Play);
    ASSERT_TRUE(client.verdict.wait());
    EXPECT_TRUE(client.admitted());
}

} // namespace
} // namespace hookcast::hooks
