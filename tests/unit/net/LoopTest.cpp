#include "net/Loop.h"

#include "base/Clock.h"
#include "net/Timer.h"
#include "unit/support/LoopEvent.h"
#include "unit/support/LoopRunner.h"
#include "unit/support/TempDir.h"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

namespace hookcast::net {
namespace {

using support::LoopEvent;
using support::LoopRunner;

class LoopTest : public ::testing::Test {
  protected:
    base::SystemClock clock_;
    LoopRunner runner_{clock_};
    Loop& loop_ = runner_.loop();
    Timer timer_{loop_};
};

TEST_F(LoopTest, RunsWhatIsPostedInOrderOnItsOwnThread) {
    std::vector<int> order;
    bool onLoop = true;
    for (int i = 0; i < 100; ++i) {
        loop_.post([&, i] {
            order.push_back(i);
            onLoop = onLoop && loop_.isCurrent();
        });
    }
    runner_.run([] {});
    ASSERT_EQ(order.size(), 100U);
    for (int i = 0; i < 100; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
    EXPECT_TRUE(onLoop);
    EXPECT_FALSE(loop_.isCurrent());
}

/// What a task brings along may stand on what a later one takes away.
TEST_F(LoopTest, WhatATaskHoldsIsFreedBeforeTheNextOneRuns) {
    auto held = std::make_shared<int>(0);
    const std::weak_ptr<int> weak = held;
    bool wasFreed = false;
    runner_.run([&] {
        loop_.post([kept = std::move(held)] {});
        loop_.post([&] { wasFreed = weak.expired(); });
    });
    runner_.settle();
    EXPECT_TRUE(wasFreed);
}

TEST_F(LoopTest, KeepsTheOrderOfEachOfManyPostingThreads) {
    constexpr int kThreads = 4;
    constexpr int kPosts = 2000;
    std::vector<std::vector<int>> seen(kThreads);
    std::vector<std::thread> threads;
    threads.reserve(kThreads);
    for (int t = 0; t < kThreads; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < kPosts; ++i)
                loop_.post([&seen, t, i] { seen[static_cast<std::size_t>(t)].push_back(i); });
        });
    }
    for (std::thread& thread : threads) thread.join();
    runner_.run([] {});
    for (const auto& ofThread : seen) {
        ASSERT_EQ(ofThread.size(), static_cast<std::size_t>(kPosts)) << "none lost, none twice";
        EXPECT_TRUE(std::is_sorted(ofThread.begin(), ofThread.end()));
    }
}

TEST_F(LoopTest, ATaskThatPostsItselfForEverKeepsNobodyOut) {
    std::atomic<bool> enough{false};
    std::function<void()> again;
    LoopRunner runner(clock_); // ends before what its last task reads
    again = [&] {
        if (!enough) runner.loop().post(again);
    };
    runner.loop().post(again);
    Timer timer(runner.loop());
    LoopEvent timerRan(runner);
    runner.run([&] {
        timer.runAfter(1, [&] {
            enough = true;
            timerRan.happen();
        });
    });
    EXPECT_TRUE(timerRan.wait());
}

TEST_F(LoopTest, WhoWaitsForATaskIsHandedWhatItThrows) {
    EXPECT_THROW(loop_.runAndWait([] { throw std::runtime_error("no threads left"); }), std::runtime_error);
    bool ran = false;
    loop_.runAndWait([&ran] { ran = true; });
    EXPECT_TRUE(ran) << "the loop goes on";
}

TEST_F(LoopTest, ATimerThatStartsAnotherWithoutDelayDoesNotHoldTheLoop) {
    LoopRunner runner(clock_);
    Timer timer(runner.loop());
    std::function<void()> again = [&] { timer.runAfter(0, [&again] { again(); }); };
    runner.run(again);
    for (int i = 0; i < 100; ++i) runner.run([] {});
    runner.stop(); // so that this thread may end the timer
}

/// Poco's own timeout comes only when nothing else happens: the loop's timers must not depend on it.
TEST_F(LoopTest, TimersRunUnderConstantTraffic) {
    std::atomic<bool> stop{false};
    std::thread traffic([&] {
        while (!stop) runner_.run([] {});
    });
    LoopEvent ran(runner_);
    runner_.run([&] { timer_.runAfter(5, [&ran] { ran.happen(); }); });
    EXPECT_TRUE(ran.wait());
    stop = true;
    traffic.join();
}

TEST_F(LoopTest, StopRunsWhatWasPostedBefore) {
    int runs = 0;
    for (int i = 0; i < 1000; ++i) loop_.post([&runs] { ++runs; });
    runner_.stop();
    EXPECT_EQ(runs, 1000);
    runner_.stop();
}

TEST_F(LoopTest, WhatIsPostedAfterStopNeverRunsAndIsFreed) {
    const auto token = std::make_shared<int>(0);
    bool ran = false;
    {
        LoopRunner runner(clock_);
        runner.stop();
        runner.loop().post([&ran, token] { ran = true; });
    }
    EXPECT_FALSE(ran);
    EXPECT_EQ(token.use_count(), 1);
}

TEST_F(LoopTest, ALoopThatWasNeverStartedDiesQuietly) {
    base::Log log(base::LogLevel::None, "");
    Loop loop("idle", clock_, log);
    bool ran = false;
    loop.post([&ran] { ran = true; });
    loop.stop();
    EXPECT_FALSE(ran);
}

TEST(LoopErrors, AnExceptionEndsItsTaskAndNothingElse) {
    const support::TempDir dir;
    const std::string file = dir.file("a.log");
    base::SystemClock clock;
    {
        base::Log log(base::LogLevel::Trace, file);
        LoopRunner runner(clock, log);
        Timer throwing(runner.loop());
        Timer telling(runner.loop());
        LoopEvent timer(runner);
        std::vector<int> ran;
        runner.loop().post([] { throw std::runtime_error("first"); });
        runner.loop().post([] { throw 42; });
        runner.loop().post([&ran] { ran.push_back(1); });
        runner.run([&] {
            throwing.runAfter(0, [] { throw std::runtime_error("second"); });
            telling.runAfter(0, [&timer] { timer.happen(); });
        });
        EXPECT_TRUE(timer.wait());
        EXPECT_EQ(ran, (std::vector<int>{1}));
    }
    const std::string text = support::contentOf(file);
    EXPECT_NE(text.find("[error][loop] internal error: a task threw: first"), std::string::npos) << text;
    EXPECT_NE(text.find("a task threw: second"), std::string::npos) << text;
}

using LoopDeathTest = LoopTest;

TEST_F(LoopDeathTest, WorkOnAnotherThreadEndsTheProcess) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_DEATH(loop_.assertCurrent(), "");
    EXPECT_DEATH(timer_.runAfter(1, [] {}), "");
    EXPECT_DEATH(loop_.leaseReadBuffer(), "");
}

TEST_F(LoopTest, ItsReadBufferIsThereForTheNextOneAfterEachUse) {
    runner_.run([&] {
        for (int i = 0; i < 3; ++i) EXPECT_EQ(loop_.leaseReadBuffer().bytes().size(), Loop::kReadBufferBytes);
        ReadBuffer::Lease first = loop_.leaseReadBuffer();
        const ReadBuffer::Lease moved = std::move(first);
        EXPECT_EQ(moved.bytes().size(), Loop::kReadBufferBytes);
    });
}

TEST_F(LoopDeathTest, TwoWhoReadIntoItsBufferEndTheProcess) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_DEATH(runner_.run([&] {
        const ReadBuffer::Lease first = loop_.leaseReadBuffer();
        const ReadBuffer::Lease second = loop_.leaseReadBuffer();
    }),
                 "");
}

} // namespace
} // namespace hookcast::net
