#include "app/Pulse.h"

#include "base/Clock.h"
#include "unit/support/Event.h"
#include "unit/support/FakeClock.h"
#include "unit/support/LoopRunner.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>

namespace hookcast::app {
namespace {

class PulseTest : public ::testing::Test {
  protected:
    void settle() {
        for (int i = 0; i < 3; ++i) {
            first_.settle();
            second_.settle();
        }
    }

    /// The time of one beat and what follows from it.
    void pass() {
        clock_.advanceMs(kEveryMs);
        settle();
    }

    static constexpr std::int64_t kEveryMs = 1000;

    std::atomic<int> beats_{0};
    support::FakeClock clock_;
    support::LoopRunner first_{clock_};
    support::LoopRunner second_{clock_};
    std::unique_ptr<Pulse> pulse_ =
        std::make_unique<Pulse>(std::vector{&first_.loop(), &second_.loop()}, kEveryMs, [this] { ++beats_; });
};

TEST_F(PulseTest, BeatsAtOnceAndThenOnceInTheTime) {
    settle();
    EXPECT_EQ(beats_, 1);
    settle();
    EXPECT_EQ(beats_, 1);
    pass();
    EXPECT_EQ(beats_, 2);
    pass();
    EXPECT_EQ(beats_, 3);
}

TEST_F(PulseTest, StandsStillWhileALoopDoes) {
    settle();
    for (support::LoopRunner* hanging : {&first_, &second_}) {
        const int before = beats_;
        std::promise<void> goOn;
        hanging->loop().post([waited = goOn.get_future().share()] { waited.wait(); });
        support::LoopRunner& other = hanging == &first_ ? second_ : first_;
        clock_.advanceMs(10 * kEveryMs);
        other.settle();
        EXPECT_EQ(beats_, before);
        goOn.set_value();
        settle();
        EXPECT_EQ(beats_, before + 1);
    }
}

TEST_F(PulseTest, EndsWithItsOwner) {
    settle();
    pulse_.reset();
    pass();
    EXPECT_EQ(beats_, 1);
}

} // namespace
} // namespace hookcast::app
