// What an opening comes to beside its backend's answers: on_failure, breakers, kept verdicts, shadows.
#include "hooks/Admission.h"

#include "unit/support/HookGate.h"
#include "unit/support/TempDir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace hookcast::hooks {
namespace {

using config::FailureRule;
using config::OnFailure;
using config::Opening;
using support::answered;
using support::failed;
using support::GateClient;
using support::HookGate;
using support::no;
using support::yes;
using testing::ElementsAre;
using Outcome = HookResponse::Outcome;

HookResponse withMaxAge(HookResponse response, std::int64_t maxAgeMs) {
    response.maxAgeMs = maxAgeMs;
    return response;
}

class PoliciesTest : public ::testing::Test {
  protected:
    PoliciesTest() {
        hooks_.enabled = true;
        hooks_.onConnect = {"http://a/connect"};
        hooks_.onPublish = {"http://a/publish"};
        hooks_.onPlay = {"http://a/play"};
        hooks_.onUnpublish = {"http://a/unpublish"};
        hooks_.onStop = {"http://a/stop"};
        hooks_.policy.breaker.failures = 0;
    }

    void onFailure(OnFailure choice, std::optional<Opening> opening = {}) {
        hooks_.policy.failureRules.push_back({opening, choice});
    }

    /// Whether one who asks is let in. `answer` is what the backend says, if it is asked. His end is told.
    bool ask(HookAction action, const std::optional<HookResponse>& answer) {
        GateClient client(gate_, hooks_);
        client.ask(action);
        if (answer) give(*answer);
        EXPECT_TRUE(client.verdict.wait());
        const bool isIn = client.admitted();
        client.leave();
        gate_.runner.settle();
        if (isIn) {
            endings_.push_back(gate_.transport.urls().at(calls_));
            give(yes());
        }
        EXPECT_EQ(gate_.transport.urls().size(), calls_) << "nobody else was called";
        return isIn;
    }
    bool play(const std::optional<HookResponse>& answer) { return ask(HookAction::Play, answer); }

    void give(const HookResponse& answer) { gate_.answer(calls_++, answer); }

    HookStatistics::Figures figures(const std::string& url = "http://a/play") const {
        for (auto& one : gate_.admission.statistics().figures())
            if (one.url == url) return one;
        return {};
    }

    /// Whether the log comes to have this text.
    bool logs(const std::string& text) const {
        const auto deadline = std::chrono::steady_clock::now() + support::kPatience;
        while (support::contentOf(folder_.file("log")).find(text) == std::string::npos) {
            if (std::chrono::steady_clock::now() > deadline) return false;
            std::this_thread::yield();
        }
        return true;
    }

    support::TempDir folder_;
    HookGate gate_{folder_.file("log")};
    config::HooksConfig hooks_;
    std::size_t calls_ = 0;
    std::vector<std::string> endings_;
};

TEST_F(PoliciesTest, AFailureRejectsUnlessItIsSaidOtherwise) {
    EXPECT_FALSE(play(answered(503, "")));
    onFailure(OnFailure::Allow, Opening::Publish);
    EXPECT_FALSE(play(answered(503, "")));
    EXPECT_TRUE(ask(HookAction::Publish, answered(503, "")));
    EXPECT_THAT(endings_, ElementsAre("http://a/unpublish")) << "the end is owed";
}

TEST_F(PoliciesTest, TheRuleOfTheEventBeatsThatOfAll) {
    onFailure(OnFailure::Reject, Opening::Play);
    onFailure(OnFailure::Allow);
    EXPECT_FALSE(play(failed(Outcome::TimedOut)));
    EXPECT_TRUE(ask(HookAction::Publish, failed(Outcome::TimedOut)));
}

TEST_F(PoliciesTest, EachKindOfFailureIsOne) {
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

TEST_F(PoliciesTest, AnAnswerIsNoFailure) {
    onFailure(OnFailure::Allow);
    for (const int status : {301, 400, 401, 403, 404, 418}) EXPECT_FALSE(play(answered(status, "0"))) << status;
    for (const char* body : {"1", "", "{}", "{\"code\":\"0\"}", "<html>"})
        EXPECT_FALSE(play(answered(200, body))) << body;
    EXPECT_FALSE(play(failed(Outcome::Stopped))) << "the server ends";
    EXPECT_EQ(figures().admittedOnFailure, 0U);
}

TEST_F(PoliciesTest, NobodyReachedIsTriedAgainFirst) {
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

TEST_F(PoliciesTest, WhoHasLeftIsNotLetIn) {
    onFailure(OnFailure::Allow);
    GateClient client(gate_, hooks_);
    client.ask(HookAction::Play);
    ASSERT_TRUE(gate_.transport.waitForCalls(1));
    client.cancel();
    give(failed(Outcome::TimedOut));
    gate_.runner.settle();
    EXPECT_EQ(gate_.transport.urls().size(), 1U) << "there is no end to tell of";
}

TEST_F(PoliciesTest, LastGoesByTheLastVerdict) {
    onFailure(OnFailure::Last);
    EXPECT_FALSE(play(answered(503, ""))) << "nothing is remembered";
    EXPECT_TRUE(play(yes()));
    EXPECT_TRUE(play(answered(503, "")));
    EXPECT_FALSE(play(no()));
    EXPECT_FALSE(play(answered(503, "")));
    EXPECT_THAT(endings_, ElementsAre("http://a/stop", "http://a/stop"));
    EXPECT_FALSE(ask(HookAction::Publish, answered(503, ""))) << "it is another question";
}

TEST_F(PoliciesTest, LastHasItsTimeWhichAFailureDoesNotProlong) {
    onFailure(OnFailure::Last);
    hooks_.policy.lastTtlMs = 10'000;
    EXPECT_TRUE(play(yes()));
    gate_.pass(9'999);
    EXPECT_TRUE(play(failed(Outcome::TimedOut)));
    gate_.pass(1);
    EXPECT_FALSE(play(failed(Outcome::TimedOut)));
}

TEST_F(PoliciesTest, WhatIsNoVerdictIsNotRemembered) {
    onFailure(OnFailure::Last);
    EXPECT_TRUE(play(yes()));
    EXPECT_FALSE(play(answered(200, "<html>"))) << "another server's page";
    EXPECT_TRUE(play(failed(Outcome::TimedOut)));
}

TEST_F(PoliciesTest, AnOpenBreakerFailsAtOnceAndOneCallTriesIt) {
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

TEST_F(PoliciesTest, ATrialIsOneCall) {
    hooks_.policy.breaker = {.failures = 1, .openMs = 1000};
    EXPECT_FALSE(play(answered(503, "")));
    gate_.pass(1000);
    EXPECT_FALSE(play(failed(Outcome::ConnectFailed))) << "without a second one";
}

TEST_F(PoliciesTest, WhatIsNotCalledOpensNoBreaker) {
    hooks_.policy.breaker = {.failures = 1, .openMs = 1000};
    EXPECT_FALSE(play(failed(Outcome::QueueFull)));
    EXPECT_TRUE(play(yes()));
}

TEST_F(PoliciesTest, ARefusalOpensNoBreaker) {
    hooks_.policy.breaker = {.failures = 1, .openMs = 1000};
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(play(no()));
    EXPECT_FALSE(play(answered(404, "")));
    EXPECT_TRUE(play(yes()));
}

TEST_F(PoliciesTest, VerdictsAreKeptWhereItIsOnAndTheAnswerSaysSo) {
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

TEST_F(PoliciesTest, ANoIsKeptTooWithWhatTheClientReads) {
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

TEST_F(PoliciesTest, ATtlIsSeconds) {
    hooks_.policy.cachesVerdicts = true;
    EXPECT_TRUE(play(withMaxAge(answered(200, R"({"code":0,"data":{"ttl":1.5}})"), 60'000)));
    gate_.pass(1'499);
    EXPECT_TRUE(play(std::nullopt));
    gate_.pass(1);
    EXPECT_TRUE(play(yes()));
}

TEST_F(PoliciesTest, ATtlThatIsNoneKeepsNothing) {
    hooks_.policy.cachesVerdicts = true;
    for (const char* data : {"{\"ttl\":0}", "{\"ttl\":-5}", "{\"ttl\":\"60\"}", "{\"ttl\":true}", "{\"ttl\":null}",
                             "{\"ttl\":[60]}", "[60]", "60", "null"})
        EXPECT_TRUE(play(answered(200, std::string("{\"code\":0,\"data\":") + data + "}"))) << data;
    EXPECT_TRUE(play(withMaxAge(yes(), -1)));
    EXPECT_TRUE(play(withMaxAge(yes(), 0)));
    EXPECT_EQ(figures().kept, 0U);
}

TEST_F(PoliciesTest, NothingIsKeptForLongerThanADay) {
    hooks_.policy.cachesVerdicts = true;
    EXPECT_TRUE(play(answered(200, R"({"code":0,"data":{"ttl":1e300}})")));
    gate_.pass(24LL * 3600 * 1000);
    EXPECT_FALSE(play(no()));
}

TEST_F(PoliciesTest, FailuresAndPagesAreNotKept) {
    hooks_.policy.cachesVerdicts = true;
    EXPECT_FALSE(play(withMaxAge(answered(503, ""), 60'000)));
    EXPECT_FALSE(play(withMaxAge(answered(200, "<html>"), 60'000)));
    EXPECT_TRUE(play(yes()));
}

TEST_F(PoliciesTest, WhatIsForgottenIsAskedAgainAndNotBelieved) {
    hooks_.policy.cachesVerdicts = true;
    onFailure(OnFailure::Last);
    EXPECT_TRUE(play(withMaxAge(yes(), 60'000)));
    EXPECT_EQ(gate_.admission.policies().forget({.vhost = {}, .stream = {}, .ips = {"192.0.2.1"}}), 2U);
    EXPECT_FALSE(play(answered(503, "")));
}

TEST_F(PoliciesTest, AnAnswerToWhatWasAskedBeforeIsNotKept) {
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

TEST_F(PoliciesTest, AKeptYesGoesOnToTheNextUrl) {
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

TEST_F(PoliciesTest, WhoAsksWhatIsBeingAskedWaitsForThatAnswer) {
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

TEST_F(PoliciesTest, AnAnswerThatIsNotKeptIsForOneAlone) {
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

TEST_F(PoliciesTest, WhoWaitsGoesOnWhenTheOneThatAsksHasLeft) {
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

TEST_F(PoliciesTest, WhoLeavesWhileHeWaitsIsNotAskedAbout) {
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

TEST_F(PoliciesTest, OneThatCannotAskHoldsUpNobody) {
    hooks_.policy.cachesVerdicts = true;
    gate_.transport.refuseCalls(true);
    EXPECT_FALSE(play(std::nullopt));
    gate_.transport.refuseCalls(false);
    EXPECT_FALSE(play(no()));
}

TEST_F(PoliciesTest, AShadowIsAskedAndNotWaitedFor) {
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

TEST_F(PoliciesTest, AShadowThatIsFasterIsComparedLater) {
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

TEST_F(PoliciesTest, AFailureDisagreesWithNobody) {
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

TEST_F(PoliciesTest, AShadowThatHangsHasSoManyCallsAndNoMore) {
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

TEST_F(PoliciesTest, AShadowThatCannotBeCalledIsNotNoticed) {
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
