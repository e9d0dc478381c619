#include "net/Rhythms.h"

#include "unit/support/FakeClock.h"
#include "unit/support/LoopRunner.h"

#include <gtest/gtest.h>

#include <functional>

namespace hookcast::net {
namespace {

struct Counter final : Rhythms::Member {
    void onBeat() override {
        ++beats;
        if (then) then();
    }

    int beats = 0;
    std::function<void()> then;
};

class RhythmsTest : public ::testing::Test {
  protected:
    static constexpr std::int64_t kPeriodMs = 40;

    /// To the beginning of the next period.
    void passPeriod() {
        clock_.advanceMs(kPeriodMs - clock_.monotonicMs() % kPeriodMs);
        runner_.settle();
    }
    void join(Counter& member, std::int64_t periodMs = kPeriodMs) {
        runner_.run([&] { runner_.loop().rhythms().join(periodMs, member); });
    }
    void leave(Counter& member) {
        runner_.run([&] { rhythms().leave(kPeriodMs, member); });
    }
    Rhythms& rhythms() { return runner_.loop().rhythms(); }

    support::FakeClock clock_;
    Counter one_;
    Counter other_;
    support::LoopRunner runner_{clock_};
};

TEST_F(RhythmsTest, allOfAPeriodHaveTheirBeatTogether) {
    join(one_);
    clock_.advanceMs(kPeriodMs / 2);
    join(other_);
    EXPECT_EQ(one_.beats + other_.beats, 0);
    passPeriod();
    EXPECT_EQ(one_.beats, 1);
    EXPECT_EQ(other_.beats, 1);
    passPeriod();
    EXPECT_EQ(one_.beats, 2);
}

TEST_F(RhythmsTest, whoHasLeftHasNoBeat) {
    join(one_);
    join(other_);
    leave(one_);
    passPeriod();
    EXPECT_EQ(one_.beats, 0);
    EXPECT_EQ(other_.beats, 1);
    leave(other_);
    leave(other_);
    passPeriod();
    EXPECT_EQ(other_.beats, 1);
    join(one_);
    passPeriod();
    EXPECT_EQ(one_.beats, 1) << "after all have left, it begins anew";
}

TEST_F(RhythmsTest, aMemberMayLeaveAndTakeAnotherWithIt) {
    one_.then = [this] {
        rhythms().leave(kPeriodMs, one_);
        rhythms().leave(kPeriodMs, other_);
    };
    join(one_);
    join(other_);
    passPeriod();
    EXPECT_EQ(one_.beats, 1);
    EXPECT_EQ(other_.beats, 0);
    passPeriod();
    EXPECT_EQ(one_.beats, 1);
}

TEST_F(RhythmsTest, whoJoinsDuringABeatHasItsOwnAtTheNext) {
    one_.then = [this] {
        if (one_.beats == 1) rhythms().join(kPeriodMs, other_);
    };
    join(one_);
    passPeriod();
    EXPECT_EQ(other_.beats, 0);
    passPeriod();
    EXPECT_EQ(other_.beats, 1);
}

TEST_F(RhythmsTest, aMemberMayLeaveAndJoinAnewInItsBeat) {
    one_.then = [this] {
        rhythms().leave(kPeriodMs, one_);
        rhythms().join(kPeriodMs, one_);
    };
    join(one_);
    passPeriod();
    passPeriod();
    EXPECT_EQ(one_.beats, 2);
}

TEST_F(RhythmsTest, periodsAreKeptApart) {
    join(one_);
    join(other_, kPeriodMs * 2);
    passPeriod();
    passPeriod();
    EXPECT_EQ(one_.beats, 2);
    EXPECT_EQ(other_.beats, 1);
}

} // namespace
} // namespace hookcast::net
