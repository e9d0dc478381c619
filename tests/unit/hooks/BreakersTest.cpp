#include "hooks/Breakers.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace hookcast::hooks {
namespace {

using Change = Breakers::Change;
using State = Breakers::State;

class BreakersTest : public ::testing::Test {
  protected:
    std::optional<Breakers::Pass> enter() { return breakers_.enter(kUrl, terms_, nowMs_); }

    Change call(bool failed) {
        auto pass = enter();
        EXPECT_TRUE(pass.has_value());
        return pass ? pass->end(failed, nowMs_) : Change::None;
    }

    void open() {
        for (std::uint32_t i = 1; i < terms_.failures; ++i) EXPECT_EQ(call(true), Change::None);
        EXPECT_EQ(call(true), Change::Opened);
    }

    Breakers::Figures figures() const { return breakers_.figures().at(kUrl); }

    const std::string kUrl = "http://a/";
    config::BreakerTerms terms_{.failures = 3, .openMs = 1000};
    std::int64_t nowMs_ = 50;
    Breakers breakers_;
};

TEST_F(BreakersTest, OpensAfterSoManyFailuresInARow) {
    open();
    EXPECT_FALSE(enter().has_value());
    EXPECT_EQ(figures().state, State::Open);
    EXPECT_EQ(figures().opened, 1U);
}

TEST_F(BreakersTest, ASuccessBeginsTheRowAgain) {
    for (int i = 0; i < 5; ++i) {
        call(true);
        call(true);
        call(false);
    }
    EXPECT_EQ(figures().state, State::Closed);
}

TEST_F(BreakersTest, SlowCallsBesideGoodOnesDoNotOpenIt) {
    std::vector<Breakers::Pass> slow;
    for (int i = 0; i < 10; ++i) slow.push_back(std::move(*enter()));
    call(false);
    for (Breakers::Pass& pass : slow) EXPECT_EQ(pass.end(true, nowMs_), Change::None);
    EXPECT_EQ(figures().state, State::Closed);
}

TEST_F(BreakersTest, OneCallTriesItWhenItsTimeHasPassed) {
    open();
    nowMs_ += 999;
    EXPECT_FALSE(enter().has_value());
    nowMs_ += 1;
    auto trial = enter();
    ASSERT_TRUE(trial.has_value());
    EXPECT_TRUE(trial->isTrial());
    EXPECT_EQ(figures().state, State::HalfOpen);
    nowMs_ += 999;
    EXPECT_FALSE(enter().has_value()) << "one";
    EXPECT_EQ(trial->end(false, nowMs_), Change::Closed);
    EXPECT_EQ(figures().state, State::Closed);
    EXPECT_TRUE(enter().has_value());
}

TEST_F(BreakersTest, ATrialThatFailsIsFollowedByAnotherWait) {
    open();
    nowMs_ += 1000;
    EXPECT_EQ(call(true), Change::None);
    EXPECT_FALSE(enter().has_value());
    nowMs_ += 1000;
    EXPECT_EQ(call(false), Change::Closed);
    EXPECT_EQ(figures().opened, 1U) << "it was open all the time";
}

TEST_F(BreakersTest, ATrialThatIsNotMadeLeavesItsPlaceToTheNext) {
    open();
    nowMs_ += 1000;
    { const auto trial = enter(); }
    auto moved = enter();
    ASSERT_TRUE(moved.has_value());
    Breakers::Pass taken;
    taken = std::move(*moved);
    EXPECT_FALSE(enter().has_value()) << "moved, not given back";
    taken = Breakers::Pass();
    EXPECT_TRUE(enter().has_value());
}

TEST_F(BreakersTest, ATrialThatHangsDoesNotKeepTheNextOneWaiting) {
    open();
    nowMs_ += 1000;
    auto hanging = enter();
    nowMs_ += 1000;
    auto second = enter();
    ASSERT_TRUE(second.has_value()) << "as often as where a trial fails";
    EXPECT_FALSE(enter().has_value());
    EXPECT_EQ(second->end(false, nowMs_), Change::Closed);
    EXPECT_EQ(hanging->end(true, nowMs_), Change::None) << "it began before";
    EXPECT_TRUE(enter().has_value());
}

TEST_F(BreakersTest, ATrialThatFailsLateDoesNotUndoAnother) {
    open();
    nowMs_ += 1000;
    auto hanging = enter();
    nowMs_ += 1000;
    auto second = enter();
    hanging->end(true, nowMs_);
    EXPECT_EQ(figures().state, State::HalfOpen);
    EXPECT_EQ(second->end(false, nowMs_), Change::Closed);
}

TEST_F(BreakersTest, AnyCallThatIsAnsweredClosesIt) {
    auto early = enter();
    open();
    EXPECT_EQ(early->end(false, nowMs_), Change::Closed);
}

TEST_F(BreakersTest, FailuresOfCallsThatWereOutProlongNothing) {
    auto early = enter();
    open();
    nowMs_ += 900;
    early->end(true, nowMs_);
    nowMs_ += 100;
    EXPECT_TRUE(enter().has_value());
}

TEST_F(BreakersTest, OffAsksAlways) {
    terms_.failures = 0;
    for (int i = 0; i < 100; ++i) EXPECT_EQ(call(true), Change::None);
    EXPECT_TRUE(breakers_.figures().empty());
}

TEST_F(BreakersTest, EachUrlIsByItself) {
    open();
    EXPECT_TRUE(breakers_.enter("http://b/", terms_, nowMs_).has_value());
}

TEST_F(BreakersTest, WhatIsToldCountsAsWhatIsAsked) {
    for (int i = 0; i < 3; ++i) breakers_.note(kUrl, terms_, true, nowMs_);
    EXPECT_FALSE(enter().has_value());
    EXPECT_EQ(breakers_.note(kUrl, terms_, false, nowMs_), Change::Closed);
    EXPECT_TRUE(enter().has_value());
}

TEST_F(BreakersTest, UrlsAreBoundedAndWhatIsBeyondIsAsked) {
    for (int i = 0; i < 2000; ++i)
        for (int j = 0; j < 3; ++j) breakers_.note("http://a/" + std::to_string(i), terms_, true, nowMs_);
    EXPECT_EQ(breakers_.figures().size(), 1000U);
    EXPECT_FALSE(breakers_.enter("http://a/0", terms_, nowMs_).has_value());
    EXPECT_TRUE(breakers_.enter("http://a/1999", terms_, nowMs_).has_value());
}

TEST_F(BreakersTest, TellsNoSecret) {
    breakers_.note("http://u:hush@a/?token=hush", terms_, true, nowMs_);
    EXPECT_EQ(breakers_.figures().begin()->first.find("hush"), std::string::npos);
}

} // namespace
} // namespace hookcast::hooks
