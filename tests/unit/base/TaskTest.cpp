#include "base/Task.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace hookcast::base {
namespace {

TEST(Task, IsEmptyUntilItGetsSomethingToDo) {
    Task task;
    EXPECT_FALSE(task);
    int runs = 0;
    task = Task([&runs] { ++runs; });
    ASSERT_TRUE(task);
    task();
    task();
    EXPECT_EQ(runs, 2);
}

TEST(Task, CarriesWhatCanOnlyBeMoved) {
    int seen = 0;
    Task task([owned = std::make_unique<int>(7), &seen] { seen = *owned; });
    Task moved(std::move(task));
    EXPECT_FALSE(task); // NOLINT(bugprone-use-after-move): a moved task is empty
    moved();
    EXPECT_EQ(seen, 7);
}

TEST(Task, FreesWhatItCarriesWhenItDiesOrIsReplaced) {
    const auto token = std::make_shared<int>(1);
    {
        Task first([token] {});
        EXPECT_EQ(token.use_count(), 2);
        first = Task([] {});
        EXPECT_EQ(token.use_count(), 1);
        const Task second([token] {});
        EXPECT_EQ(token.use_count(), 2);
    }
    EXPECT_EQ(token.use_count(), 1);
}

TEST(Task, KeepsItsStateBetweenRuns) {
    std::vector<int> seen;
    Task task([count = 0, &seen]() mutable { seen.push_back(++count); });
    task();
    task();
    EXPECT_EQ(seen, (std::vector<int>{1, 2}));
}

TEST(Task, CopiesACallableThatIsNotItsOwn) {
    int runs = 0;
    const std::function<void()> callable = [&runs] { ++runs; };
    Task one(callable);
    Task two(callable);
    one();
    two();
    EXPECT_EQ(runs, 2);
}

} // namespace
} // namespace hookcast::base
