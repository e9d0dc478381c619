// Verdicts that are kept.
#include "unit/hooks/PolicyTest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>

namespace hookcast::hooks {
namespace {

using config::OnFailure;
using support::answered;
using support::GateClient;
using support::no;
using support::yes;
using testing::ElementsAre;

using KeptVerdictsTest = PolicyTest;

HookResponse withMaxAge(HookResponse response, std::int64_t maxAgeMs) {
    response.maxAgeMs = maxAgeMs;
    return response;
}

TEST_F(KeptVerdictsTest, VerdictsAreKeptWhereItIsOnAndTheAnswerSaysSo) {
    EXPECT_TRUE(play(withMaxAge(yes(), 60'000)));
    hooks_.policy.cachesVerdicts = true;
    EXPECT_TRUE(play(yes())) << "it is off, and this does not say so";
    EXPECT_TRUE(play(withMaxAge(yes(), 60'000)));
    EXPECT_TRUE(play(std::nullopt));
    gate_.pass(59'999);
    EXPECT_TRUE(play(std::nullopt));
    gate_.pass(1);
    EXPECT_FALSE(play(no()));
    EXPECT_EQ(figures().kept, 2U);
    EXPECT_EQ(endings_.size(), 5U) << "each end is owed";
    EXPECT_TRUE(logs("verdict=admitted_by_kept_verdict"));
}

TEST_F(KeptVerdictsTest, ANoIsKeptTooWithWhatTheClientReads) {
    hooks_.policy.cachesVerdicts = true;
    hooks_.showsMessage = true;
    EXPECT_FALSE(play(answered(200, R"({"code":7,"msg":"pay first","data":{"ttl":60}})")));
    GateClient client(gate_, hooks_);
    client.ask(HookAction::Play);
    ASSERT_TRUE(client.verdict.wait());
    EXPECT_EQ(client.refusal(), "refused by hook: pay first");
    EXPECT_EQ(gate_.transport.urls().size(), 1U);
    EXPECT_TRUE(logs("reason=\"its verdict is kept: the answer's code is 7\""));
}

TEST_F(KeptVerdictsTest, ATtlIsSeconds) {
    hooks_.policy.cachesVerdicts = true;
    EXPECT_TRUE(play(withMaxAge(answered(200, R"({"code":0,"data":{"ttl":1.5}})"), 60'000)));
    gate_.pass(1'499);
    EXPECT_TRUE(play(std::nullopt));
    gate_.pass(1);
    EXPECT_TRUE(play(yes()));
}

TEST_F(KeptVerdictsTest, ATtlThatIsNoneKeepsNothing) {
    hooks_.policy.cachesVerdicts = true;
    for (const char* data : {"{\"ttl\":0}", "{\"ttl\":-5}", "{\"ttl\":\"60\"}", "{\"ttl\":true}", "{\"ttl\":null}",
                             "{\"ttl\":[60]}", "[60]", "60", "null"})
        EXPECT_TRUE(play(answered(200, std::string("{\"code\":0,\"data\":") + data + "}"))) << data;
    EXPECT_TRUE(play(withMaxAge(yes(), -1)));
    EXPECT_TRUE(play(withMaxAge(yes(), 0)));
    EXPECT_EQ(figures().kept, 0U);
}

TEST_F(KeptVerdictsTest, NothingIsKeptForLongerThanADay) {
    hooks_.policy.cachesVerdicts = true;
    EXPECT_TRUE(play(answered(200, R"({"code":0,"data":{"ttl":1e300}})")));
    gate_.pass(24LL * 3600 * 1000);
    EXPECT_FALSE(play(no()));
}

TEST_F(KeptVerdictsTest, FailuresAndPagesAreNotKept) {
    hooks_.policy.cachesVerdicts = true;
    EXPECT_FALSE(play(withMaxAge(answered(503, ""), 60'000)));
    EXPECT_FALSE(play(withMaxAge(answered(200, "<html>"), 60'000)));
    EXPECT_TRUE(play(yes()));
}

TEST_F(KeptVerdictsTest, WhatIsForgottenIsAskedAgainAndNotBelieved) {
    hooks_.policy.cachesVerdicts = true;
    onFailure(OnFailure::Last);
    EXPECT_TRUE(play(withMaxAge(yes(), 60'000)));
    EXPECT_EQ(gate_.admission.policies().forget({.vhost = {}, .stream = {}, .ips = {"192.0.2.1"}}), 2U);
    EXPECT_FALSE(play(answered(503, "")));
}

TEST_F(KeptVerdictsTest, AnAnswerToWhatWasAskedBeforeIsNotKept) {
    hooks_.policy.cachesVerdicts = true;
    GateClient client(gate_, hooks_);
    client.ask(HookAction::Play);
    ASSERT_TRUE(gate_.transport.waitForCalls(1));
    gate_.admission.policies().forget({});
    give(withMaxAge(yes(), 60'000));
    ASSERT_TRUE(client.verdict.wait());
    EXPECT_EQ(gate_.admission.policies().kept.size(), 0U);
    client.leave();
    give(yes());
}

TEST_F(KeptVerdictsTest, AKeptYesGoesOnToTheNextUrl) {
    hooks_.policy.cachesVerdicts = true;
    hooks_.onPlay = {"http://a/play", "http://b/play"};
    hooks_.onStop.clear();
    GateClient first(gate_, hooks_);
    first.ask(HookAction::Play);
    give(withMaxAge(yes(), 60'000));
    give(yes());
    ASSERT_TRUE(first.verdict.wait());
    GateClient second(gate_, hooks_);
    second.ask(HookAction::Play);
    give(no());
    ASSERT_TRUE(second.verdict.wait());
    EXPECT_FALSE(second.admitted());
    EXPECT_THAT(gate_.transport.urls(), ElementsAre("http://a/play", "http://b/play", "http://b/play"));
}

TEST_F(KeptVerdictsTest, WhoAsksWhatIsBeingAskedWaitsForThatAnswer) {
    hooks_.policy.cachesVerdicts = true;
    hooks_.onStop.clear();
    GateClient first(gate_, hooks_);
    GateClient second(gate_, hooks_);
    GateClient third(gate_, hooks_);
    for (GateClient* client : {&first, &second, &third}) client->ask(HookAction::Play);
    gate_.runner.settle();
    EXPECT_EQ(gate_.transport.urls().size(), 1U);
    EXPECT_TRUE(second.waiting());
    give(withMaxAge(yes(), 60'000));
    for (GateClient* client : {&first, &second, &third}) {
        ASSERT_TRUE(client->verdict.wait());
        EXPECT_TRUE(client->admitted());
    }
    EXPECT_EQ(gate_.transport.urls().size(), 1U);
    EXPECT_EQ(figures().kept, 2U);
}

TEST_F(KeptVerdictsTest, AnAnswerThatIsNotKeptIsForOneAlone) {
    hooks_.policy.cachesVerdicts = true;
    GateClient first(gate_, hooks_);
    GateClient second(gate_, hooks_);
    GateClient third(gate_, hooks_);
    for (GateClient* client : {&first, &second, &third}) client->ask(HookAction::Play);
    give(no());
    ASSERT_TRUE(gate_.transport.waitForCalls(3));
    EXPECT_TRUE(third.waiting()) << "and nobody waits a second time";
    give(no());
    give(no());
    for (GateClient* client : {&first, &second, &third}) ASSERT_TRUE(client->verdict.wait());
}

TEST_F(KeptVerdictsTest, WhoWaitsGoesOnWhenTheOneThatAsksHasLeft) {
    hooks_.policy.cachesVerdicts = true;
    gate_.transport.letCallsWait();
    GateClient first(gate_, hooks_);
    GateClient second(gate_, hooks_);
    first.ask(HookAction::Play);
    ASSERT_TRUE(gate_.transport.waitForCalls(1));
    second.ask(HookAction::Play);
    first.cancel();
    gate_.answer(1, no());
    ASSERT_TRUE(second.verdict.wait());
    EXPECT_FALSE(second.admitted());
}

TEST_F(KeptVerdictsTest, WhoLeavesWhileHeWaitsIsNotAskedAbout) {
    hooks_.policy.cachesVerdicts = true;
    GateClient first(gate_, hooks_);
    GateClient second(gate_, hooks_);
    first.ask(HookAction::Play);
    ASSERT_TRUE(gate_.transport.waitForCalls(1));
    second.ask(HookAction::Play);
    second.cancel();
    give(no());
    ASSERT_TRUE(first.verdict.wait());
    gate_.runner.settle();
    EXPECT_EQ(gate_.transport.urls().size(), 1U);
    EXPECT_EQ(gate_.admission.openJobs(), 0U);
}

TEST_F(KeptVerdictsTest, OneThatCannotAskHoldsUpNobody) {
    hooks_.policy.cachesVerdicts = true;
    gate_.transport.refuseCalls(true);
    EXPECT_FALSE(play(std::nullopt));
    gate_.transport.refuseCalls(false);
    EXPECT_FALSE(play(no()));
}

} // namespace
} // namespace hookcast::hooks
