// hooks::Courier with a spool in memory and backends that belong to the test.
#include "hooks/Courier.h"

#include "unit/spool/SpoolHome.h"

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

namespace hookcast::hooks {
namespace {

using support::answered;
using support::failed;
using support::GateClient;
using support::HookGate;
using support::no;
using support::yes;
using Outcome = HookResponse::Outcome;
using Urls = std::vector<std::string>;
using ::testing::ElementsAre;

config::HooksConfig playHooks() {
    config::HooksConfig hooks;
    hooks.enabled = true;
    hooks.onPlay = {"http://a/play"};
    hooks.onStop = {"http://a/stop"};
    return hooks;
}

spool::DiskSpool::Terms inMemory() {
    spool::DiskSpool::Terms terms;
    terms.windowMs = 1;
    return terms;
}

class CourierTest : public ::testing::Test {
  protected:
    CourierTest() : spool_(inMemory(), gate_.clock, gate_.log) {
        gate_.admission.keepIn(spool_, gate_.runner.loop(), config_);
    }
    ~CourierTest() override {
        gate_.runner.stop();
        spool_.stop();
    }

    void answer(std::size_t call, const HookResponse& response) { gate_.answer(call, response); }

    /// Lets time pass until the call is there: the spool answers on a thread of its own.
    void passUntil(std::size_t calls, std::int64_t ms) {
        read();
        gate_.pass(ms);
        ASSERT_TRUE(gate_.transport.waitForCalls(calls));
    }

    /// What has been given to the spool is seen by it, and what it answers by the loop.
    void read() {
        constexpr int kRounds = 3;
        for (int i = 0; i < kRounds; ++i) {
            gate_.runner.settle();
            support::Event done;
            spool_.readOwedUrls([&done](const auto&) { done.happen(); });
            ASSERT_TRUE(done.wait());
        }
        gate_.runner.settle();
    }

    std::size_t calls() {
        read();
        return gate_.transport.urls().size();
    }

    /// A player who was let in by call `first`, and has left.
    void playAndLeave(GateClient& client, std::size_t first) {
        client.ask(HookAction::Play);
        answer(first, yes());
        ASSERT_TRUE(client.verdict.wait());
        client.withTicket([](auto& ticket) { ticket.reset(); });
    }

    HookGate gate_;
    config::CurrentConfig config_{std::make_shared<config::Config>()};
    spool::DiskSpool spool_;
};

TEST_F(CourierTest, WhatHasFailedIsToldAgainWithTheSameId) {
    GateClient client(gate_, playHooks());
    playAndLeave(client, 0);
    answer(1, failed(Outcome::TimedOut));
    EXPECT_EQ(gate_.admission.openJobs(), 0U) << "the session is over";
    passUntil(3, 0);
    answer(2, answered(503, ""));
    EXPECT_EQ(calls(), 3U);
    passUntil(4, 1000);
    answer(3, yes());
    gate_.pass(1'000'000);
    EXPECT_EQ(calls(), 4U);
    const auto requests = gate_.transport.requests();
    EXPECT_EQ(requests[1].id, requests[3].id);
    EXPECT_EQ(requests[1].body, requests[3].body);
    EXPECT_FALSE(gate_.runner.run([&] { return gate_.admission.spool() == nullptr; }));
}

TEST_F(CourierTest, AnAnswerThatIsFinalEndsIt) {
    GateClient client(gate_, playHooks());
    playAndLeave(client, 0);
    answer(1, answered(404, ""));
    gate_.pass(1'000'000);
    EXPECT_EQ(calls(), 2U);
}

TEST_F(CourierTest, TheWaitsGrowAndWhatTheBackendAsksForCounts) {
    GateClient client(gate_, playHooks());
    playAndLeave(client, 0);
    answer(1, answered(500, ""));
    passUntil(3, 0);
    std::size_t call = 2;
    for (const std::int64_t waitMs : {1000, 2000, 4000}) {
        answer(call, answered(500, ""));
        gate_.pass(waitMs * 8 / 10 - 1);
        EXPECT_EQ(calls(), call + 1) << "before " << waitMs << " ms";
        passUntil(call + 2, waitMs);
        ++call;
    }
    HookResponse busy = answered(429, "");
    busy.retryAfterMs = 100'000;
    answer(call, busy);
    gate_.pass(99'999);
    EXPECT_EQ(calls(), call + 1);
    passUntil(call + 2, 1);
    ++call;
    busy.retryAfterMs = std::int64_t{365} * 24 * 3600 * 1000;
    answer(call, busy);
    passUntil(call + 2, config_.get()->spool.retryMs);
    answer(call + 1, yes());
}

TEST_F(CourierTest, AnOpeningWaitsForWhatTheClientOwesAndIsRefusedInTheEnd) {
    GateClient client(gate_, playHooks());
    playAndLeave(client, 0);
    answer(1, answered(500, ""));
    passUntil(3, 0);
    client.ask(HookAction::Play);
    EXPECT_EQ(calls(), 3U) << "not before the backend knows that the last one is over";
    gate_.pass(30'000);
    ASSERT_TRUE(client.verdict.wait(2));
    EXPECT_EQ(client.refusal(), "refused by hook");
    answer(2, yes());
    EXPECT_EQ(calls(), 3U);
}

TEST_F(CourierTest, AnOpeningIsAskedAboutOnceTheLastOneHasBeenTold) {
    GateClient client(gate_, playHooks());
    playAndLeave(client, 0);
    answer(1, answered(500, ""));
    passUntil(3, 0);
    client.ask(HookAction::Play);
    answer(2, yes());
    passUntil(4, 0);
    EXPECT_EQ(gate_.transport.urls().back(), "http://a/play");
    answer(3, yes());
    ASSERT_TRUE(client.verdict.wait(2));
    EXPECT_TRUE(client.admitted());
    client.leave();
    answer(4, yes());
}

} // namespace
} // namespace hookcast::hooks
