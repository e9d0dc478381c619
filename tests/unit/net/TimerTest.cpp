#include "net/Timer.h"
#include "net/GuardedTimer.h"

#include "base/Clock.h"
#include "unit/support/FakeClock.h"
#include "unit/support/LoopEvent.h"
#include "unit/support/LoopRunner.h"

#include <gtest/gtest.h>

#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::net {
namespace {

class TimerTest : public ::testing::Test {
  public:
    ~TimerTest() override {
        runner_.run([&] { timer_.reset(); });
    }

  protected:
    /// Arms it to note `mark`.
    void arm(std::int64_t delayMs, int mark) {
        runner_.run([&] { timer_->runAfter(delayMs, [this, mark] { ran_.push_back(mark); }); });
    }
    void pass(std::int64_t ms) {
        clock_.advanceMs(ms);
        runner_.settle();
    }
    std::vector<int> ran() {
        return runner_.run([&] { return std::exchange(ran_, {}); });
    }
    bool isArmed() {
        return runner_.run([&] { return timer_->isArmed(); });
    }

    support::FakeClock clock_;
    support::LoopRunner runner_{clock_};
    Loop& loop_ = runner_.loop();
    std::vector<int> ran_; ///< loop only
    std::optional<Timer> timer_{std::in_place, loop_};
};

TEST_F(TimerTest, RunsOnceWhenItsTimeHasCome) {
    EXPECT_FALSE(isArmed());
    arm(1000, 1);
    EXPECT_TRUE(isArmed());
    pass(999);
    EXPECT_EQ(ran(), (std::vector<int>{}));
    pass(1);
    EXPECT_EQ(ran(), (std::vector<int>{1}));
    EXPECT_FALSE(isArmed());
    pass(5000);
    EXPECT_EQ(ran(), (std::vector<int>{}));
}

TEST_F(TimerTest, WhatIsArmedNextReplacesWhatWasBefore) {
    arm(10, 1);
    arm(20, 2);
    pass(10);
    EXPECT_EQ(ran(), (std::vector<int>{}));
    pass(10);
    EXPECT_EQ(ran(), (std::vector<int>{2}));
}

TEST_F(TimerTest, WhatIsCancelledDoesNotRunAndFreesWhatItHeld) {
    const auto token = std::make_shared<int>(0);
    runner_.run([&] {
        timer_->runAfter(10, [this, token] { ran_.push_back(1); });
        timer_->cancel();
        timer_->cancel();
    });
    EXPECT_FALSE(isArmed());
    EXPECT_EQ(token.use_count(), 1);
    pass(10);
    EXPECT_EQ(ran(), (std::vector<int>{}));
}

TEST_F(TimerTest, DiesQuietly) {
    arm(10, 1);
    runner_.run([&] { timer_.reset(); });
    pass(10);
    EXPECT_EQ(ran(), (std::vector<int>{}));
}

TEST_F(TimerTest, MayDieInItsOwnTask) {
    runner_.run([&] {
        timer_->runAfter(10, [this] {
            timer_.reset();
            ran_.push_back(1);
        });
    });
    pass(10);
    EXPECT_EQ(ran(), (std::vector<int>{1}));
}

TEST_F(TimerTest, MayBeArmedAgainInItsOwnTask) {
    runner_.run([&] {
        timer_->runAfter(10, [this] {
            ran_.push_back(timer_->isArmed() ? 0 : 1);
            timer_->runAfter(10, [this] { ran_.push_back(2); });
        });
    });
    pass(10);
    EXPECT_EQ(ran(), (std::vector<int>{1}));
    pass(10);
    EXPECT_EQ(ran(), (std::vector<int>{2}));
}

TEST_F(TimerTest, MayDieWithWhatItsTaskHolds) {
    struct Owner {
        explicit Owner(Loop& loop) : timer(loop) {}
        Timer timer;
    };
    std::weak_ptr<Owner> watched;
    runner_.run([&] {
        const auto owner = std::make_shared<Owner>(loop_);
        watched = owner;
        owner->timer.runAfter(10, [owner] {});
    });
    EXPECT_FALSE(watched.expired());
    pass(10);
    EXPECT_TRUE(watched.expired());
    runner_.run([&] {
        const auto owner = std::make_shared<Owner>(loop_);
        watched = owner;
        owner->timer.runAfter(10, [owner] {});
        Owner& lastLook = *owner;
        lastLook.timer.cancel();
    });
    EXPECT_TRUE(watched.expired());
}

TEST_F(TimerTest, ALoopTakesWhatIsStillArmedWithIt) {
    struct Owner {
        explicit Owner(Loop& loop) : timer(loop) {}
        Timer timer;
    };
    std::weak_ptr<Owner> watched;
    {
        support::LoopRunner runner(clock_);
        runner.run([&] {
            const auto owner = std::make_shared<Owner>(runner.loop());
            watched = owner;
            owner->timer.runAfter(10, [owner] {});
        });
    }
    EXPECT_TRUE(watched.expired());
}

TEST_F(TimerTest, OfTwoThatAreDueTogetherOneMayCancelTheOther) {
    std::optional<Timer> second;
    runner_.run([&] {
        second.emplace(loop_);
        timer_->runAfter(5, [&second] { second->cancel(); });
        second->runAfter(5, [this] { ran_.push_back(2); });
    });
    pass(5);
    EXPECT_EQ(ran(), (std::vector<int>{}));
}

/// Who stops a loop is alone with what belonged to it.
TEST_F(TimerTest, MayDieOnceItsLoopHasStopped) {
    support::LoopRunner runner(clock_);
    Timer timer(runner.loop());
    runner.run([&] { timer.runAfter(10, [] {}); });
    runner.stop();
    EXPECT_TRUE(timer.isArmed());
}

TEST_F(TimerTest, WhatNobodyCanTakeBackRunsOnlyIfItsObjectLives) {
    const auto alive = std::make_shared<int>(1);
    auto dead = std::make_shared<int>(2);
    runner_.run([&] {
        const auto note = [this](int& mark) { ran_.push_back(mark); };
        loop_.runAfterIfAlive(10, std::weak_ptr(alive), note);
        loop_.runAfterIfAlive(10, std::weak_ptr(dead), note);
    });
    dead.reset();
    pass(10);
    EXPECT_EQ(ran(), (std::vector<int>{1}));
}

/// All of them due at once, as on a machine that was busy.
TEST_F(TimerTest, TheyRunInTheOrderOfTheirDeadlines) {
    std::optional<Timer> second;
    std::optional<Timer> third;
    runner_.run([&] {
        third.emplace(loop_).runAfter(30, [this] { ran_.push_back(3); });
        second.emplace(loop_).runAfter(20, [this] { ran_.push_back(2); });
        timer_->runAfter(0, [this] { ran_.push_back(1); });
    });
    pass(30);
    EXPECT_EQ(ran(), (std::vector<int>{1, 2, 3}));
}

/// With the time of the system.
class TimerClockTest : public ::testing::Test {
  protected:
    base::SystemClock clock_;
    support::LoopRunner runner_{clock_};
    Loop& loop_ = runner_.loop();
};

TEST_F(TimerClockTest, NoneComesEarly) {
    support::LoopEvent ran(runner_);
    Timer timer(loop_);
    const std::int64_t startedUs = clock_.monotonicUs();
    std::int64_t ranUs = 0;
    runner_.run([&] {
        timer.runAfter(15, [&] {
            ranUs = clock_.monotonicUs();
            ran.happen();
        });
    });
    ASSERT_TRUE(ran.wait());
    EXPECT_GE(ranUs - startedUs, 15'000);
}

/// Who cannot go on without it is told; nobody else's timers mind.
class GuardedTimerTest : public TimerTest, public TimerOwner {
  public:
    ~GuardedTimerTest() override {
        runner_.run([&] { guarded_.reset(); });
    }

  protected:
    void endAfterFailure(const std::exception& why) noexcept override { failures_.emplace_back(why.what()); }

    std::vector<std::string> failures() {
        return runner_.run([&] { return std::exchange(failures_, {}); });
    }

    std::vector<std::string> failures_; ///< loop only
    std::optional<GuardedTimer> guarded_{std::in_place, loop_, *this};
};

TEST_F(GuardedTimerTest, WhatThrowsIsToldToItsOwner) {
    runner_.run([&] { guarded_->runAfter(10, [] { throw std::runtime_error("no memory"); }); });
    pass(10);
    EXPECT_EQ(failures(), std::vector<std::string>{"no memory"});
    runner_.run([&] { guarded_->runAfter(10, [this] { ran_.push_back(1); }); });
    pass(10);
    EXPECT_EQ(ran(), (std::vector<int>{1})) << "it may be armed again";
    EXPECT_TRUE(failures().empty());
}

TEST_F(GuardedTimerTest, AFailingTaskMayHaveDestroyedItsTimer) {
    runner_.run([&] {
        guarded_->runAfter(10, [&] {
            guarded_.reset();
            throw std::runtime_error("too late");
        });
    });
    pass(10);
    EXPECT_TRUE(failures().empty());
}

TEST_F(GuardedTimerTest, ATaskMayArmItAgainAndFailAllTheSame) {
    runner_.run([&] {
        guarded_->runAfter(10, [&] {
            guarded_->runAfter(10, [this] { ran_.push_back(2); });
            throw std::runtime_error("after that");
        });
    });
    pass(10);
    EXPECT_EQ(failures(), std::vector<std::string>{"after that"});
    pass(10);
    EXPECT_EQ(ran(), (std::vector<int>{2}));
}

} // namespace
} // namespace hookcast::net
