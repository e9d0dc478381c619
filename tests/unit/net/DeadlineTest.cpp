#include "net/Deadline.h"

#include "unit/support/FakeClock.h"
#include "unit/support/LoopRunner.h"

#include <gtest/gtest.h>

#include <exception>
#include <optional>
#include <stdexcept>
#include <string>

namespace hookcast::net {
namespace {

class DeadlineTest : public ::testing::Test, public TimerOwner {
  public:
    ~DeadlineTest() override {
        runner_.run([&] { deadline_.reset(); });
    }

  protected:
    void expect(std::int64_t withinMs, const char* otherwise) {
        runner_.run([&] { deadline_->expect(withinMs, otherwise); });
    }
    void pass(std::int64_t ms) {
        clock_.advanceMs(ms);
        runner_.settle();
    }
    std::string missed() {
        return runner_.run([&] { return missed_; });
    }

    support::FakeClock clock_;
    support::LoopRunner runner_{clock_};
    std::string missed_; ///< loop only
    std::optional<Deadline> deadline_{std::in_place, runner_.loop(), *this,
                                      [this](const char* otherwise) { onMissed(otherwise); }};

  private:
    void onMissed(const std::string& otherwise) {
        if (otherwise == "throw") throw std::runtime_error("no memory");
        missed_ += otherwise;
    }
    void endAfterFailure(const std::exception& why) noexcept override { missed_ += why.what(); }
};

TEST_F(DeadlineTest, IsMissedOnce) {
    expect(100, "late ");
    pass(99);
    EXPECT_EQ(missed(), "");
    pass(1);
    EXPECT_EQ(missed(), "late ");
    pass(1000);
    EXPECT_EQ(missed(), "late ");
}

TEST_F(DeadlineTest, MovesOn) {
    expect(100, "first ");
    pass(60);
    expect(100, "second ");
    pass(99);
    EXPECT_EQ(missed(), "");
    pass(1);
    EXPECT_EQ(missed(), "second ");
}

TEST_F(DeadlineTest, ComesNearer) {
    expect(1000, "first ");
    expect(10, "second ");
    pass(10);
    EXPECT_EQ(missed(), "second ");
}

TEST_F(DeadlineTest, IsCalledOff) {
    expect(100, "late ");
    runner_.run([&] { deadline_->expectNothing(); });
    pass(200);
    EXPECT_EQ(missed(), "");
    expect(10, "again ");
    pass(10);
    EXPECT_EQ(missed(), "again ");
}

TEST_F(DeadlineTest, WhatIsExpectedAfterItWasCalledOffHasItsOwnTime) {
    expect(100, "first ");
    runner_.run([&] { deadline_->expectNothing(); });
    pass(50);
    expect(100, "second ");
    pass(99);
    EXPECT_EQ(missed(), "") << "the timer of before has fired";
    pass(1);
    EXPECT_EQ(missed(), "second ");
    expect(1000, "third ");
    runner_.run([&] { deadline_->expectNothing(); });
    expect(10, "fourth ");
    pass(10);
    EXPECT_EQ(missed(), "second fourth ");
    pass(2000);
    EXPECT_EQ(missed(), "second fourth ");
}

TEST_F(DeadlineTest, MayBeExpectedAnewOnceItIsMissed) {
    expect(10, "first ");
    pass(10);
    expect(10, "second ");
    pass(10);
    EXPECT_EQ(missed(), "first second ");
}

TEST_F(DeadlineTest, WhatItsEndThrowsIsToldToItsOwner) {
    expect(10, "throw");
    pass(10);
    EXPECT_EQ(missed(), "no memory");
}

TEST_F(DeadlineTest, DiesWithItsOwner) {
    expect(10, "late ");
    runner_.run([&] { deadline_.reset(); });
    pass(100);
    EXPECT_EQ(missed(), "");
}

} // namespace
} // namespace hookcast::net
