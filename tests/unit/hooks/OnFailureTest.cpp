// Backends that fail: on_failure, and breakers.
#include "unit/hooks/PolicyTest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hookcast::hooks {
namespace {

using config::OnFailure;
using config::Opening;
using support::answered;
using support::failed;
using support::GateClient;
using support::no;
using support::yes;
using testing::ElementsAre;
using Outcome = HookResponse::Outcome;
using OnFailureTest = PolicyTest;

TEST_F(OnFailureTest, AFailureRejectsUnlessItIsSaidOtherwise) {
    EXPECT_FALSE(play(answered(503, "")));
    onFailure(OnFailure::Allow, Opening::Publish);
    EXPECT_FALSE(play(answered(503, "")));
    EXPECT_TRUE(ask(HookAction::Publish, answered(503, "")));
    EXPECT_THAT(endings_, ElementsAre("http://a/unpublish")) << "the end is owed";
}

TEST_F(OnFailureTest, TheRuleOfTheEventBeatsThatOfAll) {
    onFailure(OnFailure::Reject, Opening::Play);
    onFailure(OnFailure::Allow);
    EXPECT_FALSE(play(failed(Outcome::TimedOut)));
    EXPECT_TRUE(ask(HookAction::Publish, failed(Outcome::TimedOut)));
}

TEST_F(OnFailureTest, EachKindOfFailureIsOne) {
    onFailure(OnFailure::Allow);
    for (const int status : {500, 502, 503, 504, 408, 425, 429})
        EXPECT_TRUE(play(answered(status, "{\"code\":0}"))) << status;
    for (const Outcome outcome : {Outcome::TimedOut, Outcome::Broken, Outcome::QueueFull})
        EXPECT_TRUE(play(failed(outcome))) << static_cast<int>(outcome);
    EXPECT_EQ(figures().admittedOnFailure, 10U);
    HookResponse longPage = failed(Outcome::TooLarge);
    longPage.status = 500;
    EXPECT_TRUE(play(longPage));
}

TEST_F(OnFailureTest, AnAnswerIsNoFailure) {
    onFailure(OnFailure::Allow);
    for (const int status : {301, 400, 401, 403, 404, 418}) EXPECT_FALSE(play(answered(status, "0"))) << status;
    for (const char* body : {"1", "", "{}", "{\"code\":\"0\"}", "<html>"})
        EXPECT_FALSE(play(answered(200, body))) << body;
    EXPECT_FALSE(play(failed(Outcome::Stopped))) << "the server ends";
    EXPECT_EQ(figures().admittedOnFailure, 0U);
}

TEST_F(OnFailureTest, NobodyReachedIsTriedAgainFirst) {
    onFailure(OnFailure::Allow);
    GateClient client(gate_, hooks_);
    client.ask(HookAction::Play);
    give(failed(Outcome::ConnectFailed));
    EXPECT_TRUE(client.waiting());
    give(failed(Outcome::ConnectFailed));
    ASSERT_TRUE(client.verdict.wait());
    EXPECT_TRUE(client.admitted());
    client.leave();
    give(yes());
    EXPECT_TRUE(logs("verdict=admitted_on_failure reason=\"no connection: failed\""));
}

TEST_F(OnFailureTest, WhoHasLeftIsNotLetIn) {
    onFailure(OnFailure::Allow);
    GateClient client(gate_, hooks_);
    client.ask(HookAction::Play);
    ASSERT_TRUE(gate_.transport.waitForCalls(1));
    client.cancel();
    give(failed(Outcome::TimedOut));
    gate_.runner.settle();
    EXPECT_EQ(gate_.transport.urls().size(), 1U) << "there is no end to tell of";
}

TEST_F(OnFailureTest, LastGoesByTheLastVerdict) {
    onFailure(OnFailure::Last);
    EXPECT_FALSE(play(answered(503, ""))) << "nothing is remembered";
    EXPECT_TRUE(play(yes()));
    EXPECT_TRUE(play(answered(503, "")));
    EXPECT_FALSE(play(no()));
    EXPECT_FALSE(play(answered(503, "")));
    EXPECT_THAT(endings_, ElementsAre("http://a/stop", "http://a/stop"));
    EXPECT_FALSE(ask(HookAction::Publish, answered(503, ""))) << "it is another question";
}

TEST_F(OnFailureTest, LastHasItsTimeWhichAFailureDoesNotProlong) {
    onFailure(OnFailure::Last);
    hooks_.policy.lastTtlMs = 10'000;
    EXPECT_TRUE(play(yes()));
    gate_.pass(9'999);
    EXPECT_TRUE(play(failed(Outcome::TimedOut)));
    gate_.pass(1);
    EXPECT_FALSE(play(failed(Outcome::TimedOut)));
}

TEST_F(OnFailureTest, WhatIsNoVerdictIsNotRemembered) {
    onFailure(OnFailure::Last);
    EXPECT_TRUE(play(yes()));
    EXPECT_FALSE(play(answered(200, "<html>"))) << "another server's page";
    EXPECT_TRUE(play(failed(Outcome::TimedOut)));
}

TEST_F(OnFailureTest, AnOpenBreakerFailsAtOnceAndOneCallTriesIt) {
    onFailure(OnFailure::Allow, Opening::Play);
    hooks_.policy.breaker = {.failures = 2, .openMs = 1000};
    EXPECT_TRUE(play(answered(503, "")));
    EXPECT_TRUE(play(answered(503, "")));
    EXPECT_TRUE(play(std::nullopt)) << "nobody is asked, and on_failure decides";
    EXPECT_EQ(figures().unasked, 1U);
    EXPECT_EQ(figures().calls, 2U);
    hooks_.policy.failureRules.clear();
    EXPECT_FALSE(play(std::nullopt));
    EXPECT_EQ(gate_.admission.refusals().count(RefusalCause::Breaker), 1U);
    EXPECT_TRUE(logs("cause=breaker"));
    gate_.pass(1000);
    EXPECT_TRUE(play(yes()));
    EXPECT_TRUE(play(yes()));
    EXPECT_TRUE(logs("it is not asked for 1000 ms, then one call tries it"));
    EXPECT_TRUE(logs("http://a/play answers again"));
}

TEST_F(OnFailureTest, ATrialIsOneCall) {
    hooks_.policy.breaker = {.failures = 1, .openMs = 1000};
    EXPECT_FALSE(play(answered(503, "")));
    gate_.pass(1000);
    EXPECT_FALSE(play(failed(Outcome::ConnectFailed))) << "without a second one";
}

TEST_F(OnFailureTest, WhatIsNotCalledOpensNoBreaker) {
    hooks_.policy.breaker = {.failures = 1, .openMs = 1000};
    EXPECT_FALSE(play(failed(Outcome::QueueFull)));
    EXPECT_TRUE(play(yes()));
}

TEST_F(OnFailureTest, ARefusalOpensNoBreaker) {
    hooks_.policy.breaker = {.failures = 1, .openMs = 1000};
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(play(no()));
    EXPECT_FALSE(play(answered(404, "")));
    EXPECT_TRUE(play(yes()));
}

} // namespace
} // namespace hookcast::hooks
