#include "hooks/Admission.h"

#include "unit/support/HookGate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace hookcast::hooks {
namespace {

using support::answered;
using support::Event;
using support::failed;
using support::GateClient;
using support::HookGate;
using support::no;
using support::yes;
using Outcome = HookResponse::Outcome;
using Urls = std::vector<std::string>;

config::HooksConfig hooksConfig() {
    config::HooksConfig hooks;
    hooks.enabled = true;
    hooks.onConnect = {"http://a/connect", "http://b/connect"};
    hooks.onClose = {"http://a/close", "http://b/close"};
    hooks.onPublish = {"http://a/publish", "http://b/publish", "http://c/publish"};
    hooks.onUnpublish = {"http://a/unpublish", "http://b/unpublish", "http://c/unpublish"};
    hooks.onPlay = {"http://a/play"};
    hooks.onStop = {"http://a/stop"};
    hooks.calls.timeoutMs = 1234;
    hooks.calls.caFile = "/ca.pem";
    return hooks;
}

class AdmissionTest : public ::testing::Test {
  protected:
    void answer(std::size_t call, const HookResponse& response) { gate_.answer(call, response); }

    HookGate gate_;
    GateClient client_{gate_, hooksConfig()};
};

TEST_F(AdmissionTest, AsksTheUrlsOneAfterAnother) {
    client_.ask(HookAction::Publish);
    answer(0, yes());
    EXPECT_EQ(gate_.transport.urls(), (Urls{"http://a/publish", "http://b/publish"})) << "the third waits";
    EXPECT_FALSE(client_.admitted());
    answer(1, yes());
    EXPECT_FALSE(client_.admitted());
    answer(2, yes());
    ASSERT_TRUE(client_.verdict.wait());
    EXPECT_TRUE(client_.admitted());
    client_.withTicket([](auto& ticket) {
        EXPECT_EQ(ticket->event().action(), HookAction::Publish);
        EXPECT_EQ(ticket->event().stream().name, "one");
    });
    EXPECT_EQ(gate_.transport.urls(), (Urls{"http://a/publish", "http://b/publish", "http://c/publish"}));
    EXPECT_EQ(gate_.admission.counters().admitted, 1U);
    EXPECT_EQ(gate_.admission.counters().calls, 3U);
}

TEST_F(AdmissionTest, SendsTheEventAsTheVhostSays) {
    client_.ask(HookAction::Play);
    ASSERT_TRUE(gate_.transport.waitForCalls(1));
    const HookRequest request = gate_.transport.requests().front();
    EXPECT_EQ(request.contentType, "application/json");
    EXPECT_THAT(request.body, ::testing::HasSubstr(R"("action":"on_play","client_id":7)"));
    EXPECT_EQ(request.timeoutMs, 1234);
    EXPECT_EQ(request.terms->caFile, "/ca.pem");
    gate_.transport.answer(0, yes());
}

TEST_F(AdmissionTest, StopsAtTheFirstRefusal) {
    client_.ask(HookAction::Publish);
    answer(0, no());
    ASSERT_TRUE(client_.verdict.wait());
    EXPECT_FALSE(client_.admitted());
    EXPECT_EQ(client_.refusal(), "refused by hook");
    EXPECT_EQ(gate_.transport.urls(), Urls{"http://a/publish"}) << "no other is asked, nobody hears of an end";
    EXPECT_EQ(gate_.admission.counters().refused, 1U);
    EXPECT_EQ(gate_.admission.openJobs(), 0U);
}

TEST_F(AdmissionTest, WhoeverHadSaidYesHearsOfARefusal) {
    client_.ask(HookAction::Publish);
    answer(0, yes());
    answer(1, answered(200, "1"));
    ASSERT_TRUE(client_.verdict.wait());
    ASSERT_TRUE(gate_.transport.waitForCalls(3));
    gate_.runner.settle();
    EXPECT_EQ(gate_.transport.urls(), (Urls{"http://a/publish", "http://b/publish", "http://a/unpublish"}));
    const std::string body = gate_.transport.requests()[2].body;
    EXPECT_THAT(body, ::testing::HasSubstr(R"("action":"on_unpublish")"));
    EXPECT_THAT(body, ::testing::HasSubstr(R"("duration":0,"reason":"refused by hook: the answer is neither 0)"));
    gate_.transport.answer(2, yes());
}

TEST_F(AdmissionTest, TheNextEventOfTheSessionEventWaitsForTheClosingOfARefusal) {
    client_.ask(HookAction::Publish);
    answer(0, yes());
    answer(1, no());
    ASSERT_TRUE(client_.verdict.wait());
    client_.ask(HookAction::Play);
    gate_.runner.settle();
    EXPECT_EQ(gate_.transport.urls().back(), "http://a/unpublish");
    answer(2, yes());
    ASSERT_TRUE(gate_.transport.waitForCalls(4));
    EXPECT_EQ(gate_.transport.urls().back(), "http://a/play");
    gate_.transport.answer(3, yes());
}

TEST_F(AdmissionTest, WithoutUrlsTheAnswerIsYesAndTheEndIsTold) {
    config::HooksConfig hooks = hooksConfig();
    hooks.onConnect.clear();
    GateClient client(gate_, hooks);
    client.ask(HookAction::Connect);
    ASSERT_TRUE(client.verdict.wait());
    EXPECT_TRUE(client.admitted());
    EXPECT_EQ(gate_.transport.urls(), Urls{});
    client.leave();
    ASSERT_TRUE(gate_.transport.waitForCalls(1));
    EXPECT_EQ(gate_.transport.urls(), Urls{"http://a/close"});
    gate_.transport.answer(0, yes());
}

TEST_F(AdmissionTest, DisabledHooksAskAndTellNobody) {
    config::HooksConfig hooks = hooksConfig();
    hooks.enabled = false;
    GateClient client(gate_, hooks);
    client.ask(HookAction::Publish);
    ASSERT_TRUE(client.verdict.wait());
    EXPECT_TRUE(client.admitted());
    client.leave();
    gate_.runner.settle();
    EXPECT_EQ(gate_.transport.urls(), Urls{});
    EXPECT_EQ(gate_.admission.openJobs(), 0U);
}

TEST_F(AdmissionTest, TheVerdictNeverComesFromWithinTheRequest) {
    config::HooksConfig hooks;
    GateClient client(gate_, hooks);
    gate_.runner.run([&] {
        client.askOnLoop(HookAction::Connect);
        EXPECT_EQ(client.verdict.times(), 0U);
    });
    ASSERT_TRUE(client.verdict.wait());
}

TEST_F(AdmissionTest, TriesOnceMoreWhenTheBackendCouldNotBeReached) {
    client_.ask(HookAction::Publish);
    answer(0, failed(Outcome::ConnectFailed));
    answer(1, yes());
    EXPECT_EQ(gate_.transport.urls(), (Urls{"http://a/publish", "http://a/publish", "http://b/publish"}));
    answer(2, failed(Outcome::ConnectFailed));
    ASSERT_TRUE(client_.verdict.wait()) << "once for the whole opening: a client does not wait longer";
    EXPECT_FALSE(client_.admitted());
    answer(3, yes());
    EXPECT_EQ(gate_.transport.urls().back(), "http://a/unpublish");
}

TEST_F(AdmissionTest, RefusesWhenTheBackendStaysAway) {
    client_.ask(HookAction::Play);
    answer(0, failed(Outcome::ConnectFailed));
    answer(1, failed(Outcome::ConnectFailed));
    ASSERT_TRUE(client_.verdict.wait());
    EXPECT_FALSE(client_.admitted());
    EXPECT_EQ(gate_.transport.urls().size(), 2U);
}

TEST_F(AdmissionTest, DoesNotAskTwiceWhatMayHaveBeenHeard) {
    std::size_t call = 0;
    for (const Outcome outcome :
         {Outcome::TimedOut, Outcome::Broken, Outcome::TooLarge, Outcome::QueueFull, Outcome::Stopped}) {
        GateClient client(gate_, hooksConfig());
        client.ask(HookAction::Play);
        answer(call++, failed(outcome));
        ASSERT_TRUE(client.verdict.wait());
        EXPECT_FALSE(client.admitted());
        EXPECT_EQ(gate_.transport.urls().size(), call);
    }
}

TEST_F(AdmissionTest, TheClientDoesNotLearnWhereTheBackendIs) {
    client_.ask(HookAction::Play);
    answer(0, failed(Outcome::TimedOut, "Failed to connect to hooks.internal port 8085"));
    ASSERT_TRUE(client_.verdict.wait());
    EXPECT_EQ(client_.refusal(), "refused by hook");
}

/// Who stops waiting for a verdict: at every moment.
using AdmissionCancelTest = AdmissionTest;

TEST_F(AdmissionCancelTest, BeforeTheStartNobodyIsAsked) {
    gate_.runner.run([&] {
        client_.askOnLoop(HookAction::Publish);
        client_.askOnLoop(HookAction::Play);
    });
    answer(0, yes());
    EXPECT_EQ(gate_.transport.urls(), Urls{"http://a/play"}) << "the second request replaced the first";
    EXPECT_EQ(client_.verdict.times(), 1U);
}

TEST_F(AdmissionCancelTest, InFlightAYesIsToldOfTheEnd) {
    client_.ask(HookAction::Publish);
    ASSERT_TRUE(gate_.transport.waitForCalls(1));
    client_.cancel();
    EXPECT_FALSE(client_.waiting());
    answer(0, yes());
    ASSERT_TRUE(gate_.transport.waitForCalls(2));
    EXPECT_EQ(gate_.transport.urls(), (Urls{"http://a/publish", "http://a/unpublish"}))
        << "and no further URL is asked";
    EXPECT_THAT(gate_.transport.requests()[1].body, ::testing::HasSubstr("the client left before the verdict"));
    answer(1, yes());
    EXPECT_EQ(client_.verdict.times(), 0U);
    EXPECT_EQ(gate_.admission.openJobs(), 0U);
}

TEST_F(AdmissionCancelTest, InFlightANoEndsIt) {
    client_.ask(HookAction::Publish);
    ASSERT_TRUE(gate_.transport.waitForCalls(1));
    client_.cancel();
    answer(0, no());
    EXPECT_EQ(gate_.transport.urls().size(), 1U);
    EXPECT_EQ(gate_.admission.openJobs(), 0U);
    EXPECT_EQ(client_.verdict.times(), 0U);
}

TEST_F(AdmissionCancelTest, InFlightOfTheLastUrlEveryOneIsToldOfTheEnd) {
    client_.ask(HookAction::Connect);
    answer(0, yes());
    ASSERT_TRUE(gate_.transport.waitForCalls(2));
    client_.cancel();
    answer(1, yes());
    answer(2, yes());
    answer(3, yes());
    EXPECT_EQ(gate_.transport.urls(),
              (Urls{"http://a/connect", "http://b/connect", "http://a/close", "http://b/close"}));
    EXPECT_EQ(client_.verdict.times(), 0U);
}

TEST_F(AdmissionCancelTest, NothingIsTriedAgain) {
    client_.ask(HookAction::Publish);
    ASSERT_TRUE(gate_.transport.waitForCalls(1));
    client_.cancel();
    answer(0, failed(Outcome::ConnectFailed));
    EXPECT_EQ(gate_.transport.urls().size(), 1U);
    EXPECT_EQ(gate_.admission.openJobs(), 0U);
}

TEST_F(AdmissionCancelTest, AfterTheVerdictItChangesNothing) {
    client_.ask(HookAction::Play);
    answer(0, yes());
    ASSERT_TRUE(client_.verdict.wait());
    EXPECT_FALSE(client_.waiting());
    client_.cancel();
    EXPECT_TRUE(client_.admitted());
    gate_.runner.settle();
    EXPECT_EQ(gate_.transport.urls().size(), 1U);
    client_.leave();
    answer(1, yes());
}

/// What a verdict's taker may do from within.
class VerdictTest : public AdmissionTest {
  protected:
    VerdictTest() {
        auto vhost = std::make_shared<config::VhostConfig>();
        vhost->hooks = hooksConfig();
        lane_ = gate_.runner.run([&] { return gate_.admission.openLane(gate_.runner.loop(), vhost, "rtmp-9"); });
    }

    void ask(OnVerdict onVerdict) {
        gate_.runner.run([&] {
            pending_ = gate_.admission.request(lane_, support::someEvent(HookAction::Play), std::move(onVerdict));
        });
    }

    std::shared_ptr<HookLane> lane_;
    PendingAdmission pending_;
    support::LoopEvent verdict_{gate_.runner};
};

TEST_F(VerdictTest, ItMayEndItsOwnRequest) {
    for (const HookResponse& response : {yes(), no()}) {
        const std::size_t call = gate_.transport.urls().size();
        const auto held = std::make_shared<std::string>(1000, 'x');
        ask([this, held](const base::Result<Ticket>&) {
            pending_ = PendingAdmission();
            EXPECT_EQ(held->size(), 1000U) << "what the taker holds lives as long as the call";
            verdict_.happen();
        });
        answer(call, response);
        EXPECT_TRUE(verdict_.wait());
        if (gate_.transport.urls().back() == "http://a/stop") answer(call + 1, yes());
    }
    EXPECT_EQ(gate_.transport.urls(), (Urls{"http://a/play", "http://a/stop", "http://a/play"}));
    EXPECT_EQ(gate_.admission.openJobs(), 0U);
}

TEST_F(VerdictTest, ARequestIsNoLongerActiveAfterItsVerdict) {
    ask([this](const base::Result<Ticket>&) {
        EXPECT_FALSE(pending_.active());
        verdict_.happen();
    });
    gate_.runner.run([&] { EXPECT_TRUE(pending_.active()); });
    answer(0, no());
    ASSERT_TRUE(verdict_.wait());
}

TEST_F(VerdictTest, ATicketThatTheTakerDropsIsClosed) {
    ask([this](const base::Result<Ticket>&) { verdict_.happen(); });
    answer(0, yes());
    ASSERT_TRUE(verdict_.wait());
    answer(1, yes());
    EXPECT_EQ(gate_.transport.urls(), (Urls{"http://a/play", "http://a/stop"}));
    EXPECT_EQ(gate_.admission.openJobs(), 0U);
}

TEST_F(VerdictTest, AnExceptionCostsNeitherTheClosingNorTheLane) {
    ask([](base::Result<Ticket> result) {
        const Ticket ticket = result.take();
        throw std::runtime_error("no room for a player");
    });
    answer(0, yes());
    answer(1, yes());
    EXPECT_EQ(gate_.transport.urls(), (Urls{"http://a/play", "http://a/stop"}));
    ask([this](const base::Result<Ticket>&) { verdict_.happen(); });
    answer(2, no());
    EXPECT_TRUE(verdict_.wait());
    EXPECT_EQ(gate_.admission.openJobs(), 0U);
}

TEST_F(VerdictTest, ItMayAskTheNextQuestion) {
    ask([this](base::Result<Ticket> first) {
        const auto kept = std::make_shared<Ticket>(first.take());
        pending_ = gate_.admission.request(lane_, support::someEvent(HookAction::Connect),
                                           [this, kept](const base::Result<Ticket>&) { verdict_.happen(); });
    });
    answer(0, yes());
    answer(1, yes());
    answer(2, yes());
    ASSERT_TRUE(verdict_.wait());
    EXPECT_EQ(gate_.transport.urls()[1], "http://a/connect");
}

/// Whoever answers does so on a thread of its own, and may hold on to the callback for a while.
TEST_F(VerdictTest, WhatTheTakerHoldsDiesOnTheLoop) {
    Event died;
    bool diedOnLoop = false;
    {
        int thing = 0;
        const std::shared_ptr<int> held(&thing, [&](const int* /*thing*/) {
            diedOnLoop = gate_.runner.loop().isCurrent();
            died.happen();
        });
        ask([this, held](const base::Result<Ticket>&) { verdict_.happen(); });
    }
    ASSERT_TRUE(gate_.transport.waitForCalls(1));
    {
        const auto onResponse = gate_.transport.take(0);
        onResponse(no());
        ASSERT_TRUE(verdict_.wait());
        gate_.runner.run([&] { pending_ = PendingAdmission(); });
        gate_.runner.settle();
    }
    ASSERT_TRUE(died.wait());
    EXPECT_TRUE(diedOnLoop);
}

} // namespace
} // namespace hookcast::hooks
