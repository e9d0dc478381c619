#include "hub/ClaimQueue.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::hub {
namespace {

constexpr std::size_t kMany = 100;

TEST(ClaimQueue, ServesOneAddressInTheOrderOfComing) {
    ClaimQueue queue;
    for (const ClaimQueue::Id id : {1, 2, 3}) EXPECT_EQ(queue.push(id, "a", kMany), 0U);
    EXPECT_EQ(queue.pop(), 1U);
    EXPECT_EQ(queue.pop(), 2U);
    EXPECT_EQ(queue.pop(), 3U);
    EXPECT_EQ(queue.pop(), 0U);
}

TEST(ClaimQueue, AnAddressWithFewerTurnsComesFirst) {
    ClaimQueue queue;
    for (ClaimQueue::Id id = 1; id <= 16; ++id) queue.push(id, "many", kMany);
    EXPECT_EQ(queue.pop(), 1U);
    queue.push(20, "one", kMany);
    EXPECT_EQ(queue.pop(), 20U) << "before the other fifteen";
    EXPECT_EQ(queue.pop(), 2U);
    queue.push(21, "third", kMany);
    EXPECT_EQ(queue.pop(), 21U);
}

TEST(ClaimQueue, WhereThereAreTooManyTheAddressWithTheMostGivesWay) {
    ClaimQueue queue;
    for (ClaimQueue::Id id = 1; id <= 4; ++id) EXPECT_EQ(queue.push(id, "many", 4), 0U);
    EXPECT_EQ(queue.push(5, "many", 4), 5U) << "the newcomer is of that address";
    EXPECT_EQ(queue.push(6, "one", 4), 4U) << "the newest of it";
    EXPECT_EQ(queue.push(7, "two", 4), 3U);
    EXPECT_EQ(queue.push(8, "three", 4), 8U) << "nobody has more than two";
    EXPECT_EQ(queue.size(), 4U);
    EXPECT_FALSE(queue.contains(3));
    EXPECT_TRUE(queue.contains(7));
}

TEST(ClaimQueue, WhoLeavesWaitsNoMore) {
    ClaimQueue queue;
    queue.push(1, "a", kMany);
    queue.push(2, "b", kMany);
    queue.remove(1);
    queue.remove(9);
    EXPECT_EQ(queue.pop(), 2U);
    EXPECT_TRUE(queue.empty());
}

TEST(ClaimQueue, WithoutPlacesNobodyWaits) {
    ClaimQueue queue;
    EXPECT_EQ(queue.push(1, "a", 0), 1U);
    EXPECT_TRUE(queue.empty());
}

} // namespace
} // namespace hookcast::hub
