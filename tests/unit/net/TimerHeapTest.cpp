#include "net/TimerHeap.h"

#include <gtest/gtest.h>

#include <vector>

namespace hookcast::net {
namespace {

class TimerHeapTest : public ::testing::Test {
  protected:
    TimerId add(std::int64_t deadlineUs, int mark) {
        return heap_.add(deadlineUs, [this, mark] { ran_.push_back(mark); });
    }

    std::vector<int> runDue(std::int64_t nowUs) {
        ran_.clear();
        while (auto task = heap_.takeDue(nowUs)) (*task)();
        return ran_;
    }

    TimerHeap heap_;
    std::vector<int> ran_;
};

TEST_F(TimerHeapTest, IsEmptyAtFirst) {
    EXPECT_EQ(heap_.earliestUs(), std::nullopt);
    EXPECT_FALSE(heap_.takeDue(1'000'000'000));
}

TEST_F(TimerHeapTest, GivesWhatIsDueEarliestFirst) {
    add(30, 3);
    add(10, 1);
    add(20, 2);
    EXPECT_EQ(heap_.earliestUs(), 10);
    EXPECT_EQ(runDue(9), (std::vector<int>{}));
    EXPECT_EQ(runDue(20), (std::vector<int>{1, 2}));
    EXPECT_EQ(heap_.earliestUs(), 30);
    EXPECT_EQ(runDue(100), (std::vector<int>{3}));
    EXPECT_EQ(heap_.earliestUs(), std::nullopt);
}

TEST_F(TimerHeapTest, EqualDeadlinesRunInTheOrderTheyWereAdded) {
    for (int i = 0; i < 5; ++i) add(10, i);
    EXPECT_EQ(runDue(10), (std::vector<int>{0, 1, 2, 3, 4}));
}

TEST_F(TimerHeapTest, ForgetsWhatIsCancelled) {
    add(10, 1);
    const TimerId second = add(20, 2);
    add(30, 3);
    heap_.cancel(second);
    heap_.cancel(second);
    EXPECT_EQ(runDue(30), (std::vector<int>{1, 3}));
}

TEST_F(TimerHeapTest, CancellingTheEarliestMovesTheNextUp) {
    const TimerId first = add(10, 1);
    add(20, 2);
    heap_.cancel(first);
    EXPECT_EQ(heap_.earliestUs(), 20);
}

TEST_F(TimerHeapTest, CancellingWhatRanOrNeverWasDoesNothing) {
    const TimerId first = add(10, 1);
    runDue(10);
    const TimerId second = add(10, 2);
    EXPECT_NE(first, second) << "an old id must not cancel a new timer";
    heap_.cancel(first);
    heap_.cancel(0);
    heap_.cancel(12345);
    EXPECT_EQ(runDue(10), (std::vector<int>{2}));
}

TEST_F(TimerHeapTest, NeverGivesTheIdThatMeansNone) {
    EXPECT_NE(add(1, 1), TimerId{0});
}

} // namespace
} // namespace hookcast::net
