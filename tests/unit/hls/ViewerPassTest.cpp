#include "hls/ViewerPass.h"

#include "unit/support/FakeClock.h"
#include "unit/support/LoopRunner.h"

#include <gmock/gmock.h>

#include <atomic>
#include <memory>
#include <vector>

namespace hookcast::hls {
namespace {

using State = ViewerPass::State;

struct CountingWatcher final : ViewerPass::Watcher {
    void onPassChange() override { ++changes; }

    std::atomic<int> changes{0};
};

class ViewerPassTest : public testing::Test {
  protected:
    void become(State state) {
        home_.run([&] { pass_.setState(state); });
        home_.settle();
        other_.settle();
    }

    support::FakeClock clock_;
    support::LoopRunner home_{clock_};
    support::LoopRunner other_{clock_};
    ViewerPass pass_{"token", std::make_shared<const hooks::StreamKey>(hooks::StreamKey{"v", "live", "show"}),
                     "192.0.2.1", home_.loop(), clock_.monotonicMs()};
};

TEST_F(ViewerPassTest, RequestsOnAnyLoopHearOfEachState) {
    const auto here = std::make_shared<CountingWatcher>();
    const auto there = std::make_shared<CountingWatcher>();
    EXPECT_TRUE(pass_.enter(home_.loop(), here));
    EXPECT_TRUE(pass_.enter(other_.loop(), there));
    become(State::Admitted);
    become(State::Admitted);
    EXPECT_EQ(here->changes, 1);
    EXPECT_EQ(there->changes, 1);
    EXPECT_FALSE(pass_.leave(here.get(), clock_.monotonicMs()));
    become(State::Ended);
    EXPECT_EQ(here->changes, 1) << "it has left";
    EXPECT_EQ(there->changes, 2);
}

TEST_F(ViewerPassTest, WhatHasEndedStaysSo) {
    become(State::Ended);
    become(State::Admitted);
    EXPECT_EQ(pass_.state(), State::Ended);
}

TEST_F(ViewerPassTest, ARequestThatIsGoneIsNotTold) {
    auto watcher = std::make_shared<CountingWatcher>();
    ASSERT_TRUE(pass_.enter(other_.loop(), watcher));
    watcher.reset();
    become(State::Admitted);
}

TEST_F(ViewerPassTest, IsIdleFromTheEndOfItsLastRequestOn) {
    clock_.advanceMs(5000);
    EXPECT_EQ(pass_.idleMs(clock_.monotonicMs()), 5000) << "it had none yet";
    const auto first = std::make_shared<CountingWatcher>();
    const auto second = std::make_shared<CountingWatcher>();
    ASSERT_TRUE(pass_.enter(home_.loop(), first));
    ASSERT_TRUE(pass_.enter(home_.loop(), second));
    clock_.advanceMs(60000);
    EXPECT_EQ(pass_.idleMs(clock_.monotonicMs()), 0) << "a request may wait for long";
    EXPECT_FALSE(pass_.leave(first.get(), clock_.monotonicMs()));
    EXPECT_TRUE(pass_.leave(second.get(), clock_.monotonicMs()));
    clock_.advanceMs(700);
    EXPECT_EQ(pass_.idleMs(clock_.monotonicMs()), 700);
}

TEST_F(ViewerPassTest, OneViewerHasSoManyRequestsAtOneTime) {
    std::vector<std::shared_ptr<CountingWatcher>> watchers(32);
    for (auto& watcher : watchers) {
        watcher = std::make_shared<CountingWatcher>();
        EXPECT_TRUE(pass_.enter(home_.loop(), watcher));
    }
    const auto further = std::make_shared<CountingWatcher>();
    EXPECT_FALSE(pass_.enter(home_.loop(), further));
    pass_.leave(watchers.front().get(), clock_.monotonicMs());
    EXPECT_TRUE(pass_.enter(home_.loop(), further));
}

} // namespace
} // namespace hookcast::hls
