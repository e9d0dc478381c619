#include "hooks/EndpointQueue.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hookcast::hooks {
namespace {

using Queue = EndpointQueue<std::unique_ptr<int>>;

class EndpointQueueTest : public ::testing::Test {
  protected:
    void push(Queue& queue, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) push(queue, CallKind::Asks, "192.0.2.1");
    }

    /// Its number, from 1.
    int push(Queue& queue, CallKind kind, const std::string& share) {
        ++pushed_;
        queue.push(static_cast<CallId>(pushed_), kind, share, std::make_unique<int>(pushed_), nowMs_);
        return pushed_;
    }

    std::size_t start(Queue& queue) {
        std::size_t started = 0;
        while (const auto call = queue.takeStartable(nowMs_)) {
            EXPECT_EQ(**call, ++lastStarted_) << "first in, first out";
            ++started;
        }
        return started;
    }

    std::vector<int> takeOneByOne(Queue& queue, std::size_t count) {
        std::vector<int> taken;
        for (std::size_t i = 0; i < count; ++i) {
            const auto call = queue.takeStartable(nowMs_);
            taken.push_back(call ? **call : 0);
            if (call) queue.finished(1);
        }
        return taken;
    }

    std::int64_t nowMs_ = 1000;
    int pushed_ = 0;
    int lastStarted_ = 0;
};

TEST_F(EndpointQueueTest, StartsWithAFewConnections) {
    Queue queue(1024);
    EXPECT_EQ(start(queue), 0U);
    push(queue, 100);
    EXPECT_EQ(start(queue), 32U);
    EXPECT_EQ(queue.active(), 32U);
    EXPECT_EQ(queue.waiting(), 68U);
}

TEST_F(EndpointQueueTest, ABurstWaitsForConnectionsThatMayBeUsedAgain) {
    using Seen = ConnectionTrust::Seen;
    Queue queue(1024);
    push(queue, 100);
    ASSERT_TRUE(queue.takeStartable(nowMs_));
    const ConnectionTrust::Use probe = queue.trust().next(nowMs_);
    EXPECT_FALSE(queue.takeStartable(nowMs_));
    EXPECT_EQ(queue.heldUntilMs(nowMs_), nowMs_ + Queue::kGrowAfterWaitMs);
    queue.finished(1);
    queue.trust().seen(probe, Seen::New, nowMs_);
    EXPECT_EQ(queue.heldUntilMs(nowMs_), nowMs_ + ConnectionTrust::kProbationMs);
    nowMs_ += ConnectionTrust::kProbationMs;
    ASSERT_TRUE(queue.takeStartable(nowMs_));
    const ConnectionTrust::Use judge = queue.trust().next(nowMs_);
    EXPECT_FALSE(queue.takeStartable(nowMs_));
    queue.finished(1);
    queue.trust().seen(judge, Seen::Reused, nowMs_);
    EXPECT_EQ(queue.heldUntilMs(nowMs_), std::nullopt);
    lastStarted_ = 2;
    EXPECT_EQ(start(queue), 32U);
}

TEST_F(EndpointQueueTest, NobodyWaitsLongForASlowBackendsConnections) {
    Queue queue(1024);
    push(queue, 100);
    ASSERT_TRUE(queue.takeStartable(nowMs_));
    queue.trust().next(nowMs_);
    nowMs_ += Queue::kGrowAfterWaitMs;
    EXPECT_EQ(queue.heldUntilMs(nowMs_), std::nullopt);
    lastStarted_ = 1;
    EXPECT_GE(start(queue), 31U);
}

TEST_F(EndpointQueueTest, NeverExceedsItsLimit) {
    Queue queue(5);
    push(queue, 100);
    EXPECT_EQ(start(queue), 5U);
    EXPECT_EQ(queue.nextGrowthMs(), std::nullopt) << "only an end can help";
    nowMs_ += 10'000;
    EXPECT_EQ(start(queue), 0U);
    queue.finished(10'000);
    EXPECT_EQ(start(queue), 1U);
}

TEST_F(EndpointQueueTest, AFastBackendGetsNoMoreConnections) {
    Queue queue(1024);
    push(queue, 10'000);
    start(queue);
    while (queue.waiting() > 0) {
        nowMs_ += 1;
        for (int i = 0; i < 10; ++i) queue.finished(3);
        start(queue);
        ASSERT_LE(queue.active(), 32U);
    }
}

TEST_F(EndpointQueueTest, ASlowBackendGetsMoreStepByStep) {
    Queue queue(1024);
    push(queue, 2000);
    start(queue);
    EXPECT_EQ(queue.nextGrowthMs(), nowMs_ + 20);
    nowMs_ += 19;
    EXPECT_EQ(start(queue), 0U);
    nowMs_ += 1;
    EXPECT_EQ(start(queue), 96U) << "nothing came back: four times as many";
    for (int i = 0; i < 8; ++i) queue.finished(500);
    start(queue);
    EXPECT_EQ(queue.active(), 128U);
    nowMs_ += 20;
    start(queue);
    EXPECT_EQ(queue.active(), 256U) << "slow answers came back: twice as many";
    nowMs_ += 20;
    start(queue);
    EXPECT_EQ(queue.active(), 1024U);
    nowMs_ += 1000;
    EXPECT_EQ(start(queue), 0U) << "the limit";
}

TEST_F(EndpointQueueTest, NothingGrowsWhileNobodyWaits) {
    Queue queue(1024);
    push(queue, 32);
    start(queue);
    nowMs_ += 10'000;
    EXPECT_EQ(queue.nextGrowthMs(), std::nullopt);
    push(queue, 1);
    EXPECT_EQ(start(queue), 0U) << "it has just come";
    EXPECT_EQ(queue.nextGrowthMs(), nowMs_ + 20);
}

TEST_F(EndpointQueueTest, TheNextGrowthIsNeverInThePastOnceTried) {
    Queue queue(1024);
    push(queue, 2000);
    start(queue);
    for (int i = 0; i < 100; ++i) {
        nowMs_ += 7;
        queue.finished(1);
        start(queue);
        ASSERT_TRUE(!queue.nextGrowthMs() || *queue.nextGrowthMs() > nowMs_) << "the thread would spin";
    }
}

TEST_F(EndpointQueueTest, ForgetsItsGrowthWhenIdle) {
    Queue queue(1024);
    push(queue, 200);
    start(queue);
    nowMs_ += 20;
    start(queue);
    EXPECT_EQ(queue.active(), 128U);
    while (queue.active() > 0) {
        queue.finished(5000);
        start(queue);
    }
    push(queue, 200);
    EXPECT_EQ(start(queue), 32U);
}

TEST_F(EndpointQueueTest, GivesBackWhatHasNotStarted) {
    Queue queue(2);
    push(queue, 5);
    start(queue);
    const auto rest = queue.takeAll();
    ASSERT_EQ(rest.size(), 3U);
    EXPECT_EQ(*rest.front(), 3);
    EXPECT_EQ(queue.waiting(), 0U);
    EXPECT_EQ(queue.active(), 2U);
}

TEST_F(EndpointQueueTest, TakesOneOfEachAddressInTurn) {
    Queue queue(1);
    push(queue, 100);
    const int newcomer = push(queue, CallKind::Asks, "192.0.2.2");
    const int another = push(queue, CallKind::Asks, "2001:db8::");
    EXPECT_EQ(takeOneByOne(queue, 4), (std::vector<int>{1, newcomer, another, 2}));
}

TEST_F(EndpointQueueTest, WhatAsksAndWhatTellsTakeTurns) {
    Queue queue(1);
    push(queue, 100);
    std::vector<int> telling;
    for (int i = 0; i < 100; ++i) telling.push_back(push(queue, CallKind::Tells, "192.0.2.1"));
    EXPECT_EQ(takeOneByOne(queue, 4), (std::vector<int>{telling[0], 1, telling[1], 2}));
}

TEST_F(EndpointQueueTest, TakesOutWhatIsNoLongerWanted) {
    Queue queue(1);
    push(queue, 3);
    ASSERT_TRUE(queue.take(CallId{2}).has_value());
    EXPECT_FALSE(queue.take(CallId{2}).has_value()) << "it is gone";
    EXPECT_EQ(queue.waiting(), 2U);
    EXPECT_EQ(takeOneByOne(queue, 2), (std::vector<int>{1, 3}));
    EXPECT_FALSE(queue.take(CallId{1}).has_value()) << "it has started";
}

TEST_F(EndpointQueueTest, TheNewestOfTheAddressWithTheMostGivesWay) {
    Queue queue(1);
    push(queue, CallKind::Asks, "192.0.2.2");
    push(queue, 3);
    push(queue, CallKind::Asks, "192.0.2.3");
    EXPECT_EQ(queue.asking().largestShare(), 3U);
    EXPECT_EQ(queue.asking().sizeOf("192.0.2.3"), 1U);
    EXPECT_EQ(queue.asking().sizeOf("192.0.2.4"), 0U);
    EXPECT_EQ(*queue.asking().takeNewestOfLargest(), 4);
    EXPECT_EQ(*queue.asking().takeNewestOfLargest(), 3);
    EXPECT_EQ(queue.waiting(), 3U);
}

} // namespace
} // namespace hookcast::hooks
