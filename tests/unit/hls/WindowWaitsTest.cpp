#include "hls/WindowWaits.h"

#include "unit/support/FakeClock.h"
#include "unit/support/LoopRunner.h"

#include <gmock/gmock.h>

#include <functional>
#include <memory>

namespace hookcast::hls {
namespace {

/// Used on one loop.
struct Waiter final : WindowWaiter {
    void onWindow(const WindowViewPtr& /*view*/) override {
        ++told;
        if (then) then();
    }

    int told = 0;
    std::function<void()> then;
};

class WindowWaitsTest : public testing::Test {
  protected:
    void change() {
        waits_.onChange(std::make_shared<const WindowView>());
        here_.settle();
        there_.settle();
    }
    void join(support::LoopRunner& loop, Waiter& waiter) {
        loop.run([&] { waits_.join(loop.loop(), waiter); });
    }
    void leave(support::LoopRunner& loop, Waiter& waiter) {
        loop.run([&] { waits_.leave(loop.loop(), waiter); });
    }

    WindowWaits waits_;
    support::FakeClock clock_;
    support::LoopRunner here_{clock_};
    support::LoopRunner there_{clock_};
    Waiter a_;
    Waiter b_;
    Waiter c_;
};

TEST_F(WindowWaitsTest, AllAreToldOnTheirLoopsUntilTheyLeave) {
    join(here_, a_);
    join(here_, b_);
    join(there_, c_);
    change();
    leave(here_, a_);
    change();
    EXPECT_EQ(a_.told, 1);
    EXPECT_EQ(b_.told, 2);
    EXPECT_EQ(c_.told, 2);
}

TEST_F(WindowWaitsTest, LeavingTwiceOrWithoutHavingJoinedIsNothing) {
    leave(here_, a_);
    join(here_, a_);
    leave(here_, a_);
    leave(here_, a_);
    join(here_, b_);
    change();
    EXPECT_EQ(a_.told, 0);
    EXPECT_EQ(b_.told, 1);
}

TEST_F(WindowWaitsTest, WhoeverIsToldMayLetHimselfAndOthersGo) {
    join(here_, a_);
    join(here_, b_);
    join(here_, c_);
    a_.then = [this] {
        waits_.leave(here_.loop(), a_);
        waits_.leave(here_.loop(), c_);
    };
    change();
    change();
    EXPECT_EQ(a_.told, 1);
    EXPECT_EQ(b_.told, 2);
    EXPECT_EQ(c_.told, 0) << "nobody is told who has left before his turn";
}

TEST_F(WindowWaitsTest, WhoeverJoinsMeanwhileIsToldOfTheNextChange) {
    join(here_, a_);
    a_.then = [this] {
        a_.then = nullptr;
        waits_.join(here_.loop(), b_);
    };
    change();
    EXPECT_EQ(b_.told, 0);
    change();
    EXPECT_EQ(a_.told, 2);
    EXPECT_EQ(b_.told, 1);
}

} // namespace
} // namespace hookcast::hls
