#include "base/BoundedQueue.h"

#include <gtest/gtest.h>

#include <memory>

namespace hookcast::base {
namespace {

TEST(BoundedQueue, IsFirstInFirstOut) {
    BoundedQueue<int> queue(3);
    EXPECT_TRUE(queue.push(1));
    EXPECT_TRUE(queue.push(2));
    EXPECT_EQ(queue.pop(), 1);
    EXPECT_TRUE(queue.push(3));
    EXPECT_EQ(queue.pop(), 2);
    EXPECT_EQ(queue.pop(), 3);
    EXPECT_EQ(queue.pop(), std::nullopt);
    EXPECT_TRUE(queue.empty());
    EXPECT_EQ(queue.refused(), 0U);
}

TEST(BoundedQueue, RefusesAndCountsWhatDoesNotFit) {
    BoundedQueue<std::unique_ptr<int>> queue(1);
    EXPECT_TRUE(queue.push(std::make_unique<int>(1)));
    auto second = std::make_unique<int>(2);
    EXPECT_FALSE(queue.push(std::move(second)));
    ASSERT_NE(second, nullptr) << "a refused item stays with its owner"; // NOLINT(bugprone-use-after-move)
    EXPECT_FALSE(queue.push(std::move(second)));
    EXPECT_EQ(queue.refused(), 2U);
    EXPECT_EQ(queue.size(), 1U);
    queue.pop();
    EXPECT_TRUE(queue.push(std::move(second)));
    EXPECT_EQ(*queue.pop().value(), 2);
    EXPECT_EQ(queue.refused(), 2U);
}

TEST(BoundedQueue, OfNoLengthRefusesEverything) {
    BoundedQueue<int> queue(0);
    EXPECT_FALSE(queue.push(1));
    EXPECT_TRUE(queue.empty());
}

} // namespace
} // namespace hookcast::base
