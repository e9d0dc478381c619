#include "hooks/ClosingJob.h"

#include "unit/support/HookGate.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::hooks {
namespace {

using support::answered;
using support::failed;
using support::HookGate;
using support::no;
using support::yes;
using Outcome = HookResponse::Outcome;
using Urls = std::vector<std::string>;

class ClosingJobTest : public ::testing::Test {
  protected:
    ClosingJobTest() {
        auto vhost = std::make_shared<config::VhostConfig>();
        vhost->hooks.enabled = true;
        vhost->hooks.onStop = {"http://a", "http://b"};
        gate_.runner.run([&] {
            const auto lane = gate_.admission.openLane(gate_.runner.loop(), vhost, "rtmp-7");
            HookTargets targets = closingTargets(lane->context(), lane->vhost(), support::someEvent(HookAction::Play));
            lane->append(std::make_shared<ClosingJob>(support::someEvent(HookAction::Stop), std::move(targets)));
        });
    }

    void answer(std::size_t call, const HookResponse& response) { gate_.answer(call, response); }

    std::size_t calls() const { return gate_.transport.urls().size(); }
    std::uint64_t lost() const { return gate_.admission.counters().closingsLost; }

    HookGate gate_;
};

TEST_F(ClosingJobTest, TellsOneUrlAfterAnother) {
    ASSERT_TRUE(gate_.transport.waitForCalls(1));
    gate_.runner.settle();
    EXPECT_EQ(calls(), 1U);
    answer(0, yes());
    EXPECT_EQ(gate_.transport.urls(), (Urls{"http://a", "http://b"}));
    EXPECT_EQ(gate_.admission.openJobs(), 1U);
    answer(1, yes());
    EXPECT_EQ(gate_.admission.openJobs(), 0U);
    EXPECT_EQ(lost(), 0U);
}

TEST_F(ClosingJobTest, ARefusalChangesNothingAndIsNotLost) {
    answer(0, no());
    answer(1, answered(200, R"({"code":1})"));
    EXPECT_EQ(calls(), 2U);
    EXPECT_EQ(gate_.admission.openJobs(), 0U);
    EXPECT_EQ(lost(), 0U);
}

TEST_F(ClosingJobTest, WhatWasNotDeliveredIsTriedAgainMoreAndMoreRarely) {
    std::size_t call = 0;
    answer(call++, failed(Outcome::ConnectFailed));
    for (const std::int64_t waitMs : {250, 500, 1000, 2000}) {
        gate_.pass(waitMs - 1);
        EXPECT_EQ(calls(), call) << "before " << waitMs << " ms";
        gate_.pass(1);
        EXPECT_EQ(calls(), call + 1) << "after " << waitMs << " ms";
        answer(call, failed(call % 2 == 0 ? Outcome::ConnectFailed : Outcome::QueueFull));
        ++call;
    }
    EXPECT_EQ(lost(), 1U) << "five times are enough";
    EXPECT_EQ(gate_.transport.urls().back(), "http://b") << "and the next URL has its turn";
    answer(call++, failed(Outcome::ConnectFailed));
    gate_.pass(250);
    EXPECT_EQ(calls(), call + 1) << "with its own five times";
    answer(call, yes());
    EXPECT_EQ(gate_.admission.openJobs(), 0U);
    EXPECT_EQ(lost(), 1U);
}

TEST_F(ClosingJobTest, ABackendThatComesBackMissesNothing) {
    answer(0, failed(Outcome::QueueFull));
    gate_.pass(250);
    answer(1, yes());
    EXPECT_EQ(gate_.transport.urls(), (Urls{"http://a", "http://a", "http://b"}));
    EXPECT_EQ(lost(), 0U);
    answer(2, yes());
}

TEST_F(ClosingJobTest, WhatMayHaveBeenDeliveredIsNotToldTwice) {
    answer(0, failed(Outcome::TimedOut));
    answer(1, failed(Outcome::Broken));
    gate_.pass(10'000);
    EXPECT_EQ(gate_.transport.urls(), (Urls{"http://a", "http://b"}));
    EXPECT_EQ(lost(), 2U);
    EXPECT_EQ(gate_.admission.openJobs(), 0U);
}

TEST_F(ClosingJobTest, AStoppedTransportIsNotAskedAgain) {
    answer(0, failed(Outcome::Stopped));
    answer(1, failed(Outcome::TooLarge));
    gate_.pass(10'000);
    EXPECT_EQ(calls(), 2U);
    EXPECT_EQ(gate_.admission.openJobs(), 0U);
}

TEST_F(ClosingJobTest, ALoopThatEndsDuringARetryFreesIt) {
    answer(0, failed(Outcome::ConnectFailed));
    gate_.runner.stop();
    EXPECT_EQ(gate_.admission.openJobs(), 1U) << "nobody claims that it was told";
}

} // namespace
} // namespace hookcast::hooks
