#include "cluster/Sharing.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <vector>

namespace hookcast::cluster {
namespace {

std::vector<std::string> captures(int count) {
    std::vector<std::string> names;
    for (int i = 0; i < count; ++i) names.push_back("cam" + std::to_string(i));
    return names;
}

std::ptrdiff_t sharesOf(const std::map<std::string, std::string>& shares, const std::string& node) {
    return std::ranges::count_if(shares, [&](const auto& share) { return share.second == node; });
}

TEST(Sharing, MakesLoadsEqual) {
    const auto shares = shareOut(captures(500), {{"a", {}}, {"b", {100, 100'000, 100, 0, 0}}, {"c", {}}});
    EXPECT_EQ(shares.size(), 500U);
    EXPECT_EQ(sharesOf(shares, "a"), 200);
    EXPECT_EQ(sharesOf(shares, "b"), 100);
    EXPECT_EQ(sharesOf(shares, "c"), 200);
}

TEST(Sharing, ARateCountsAsMuchAsANumber) {
    // As many captures here as there, but all of the rate here.
    const auto shares = shareOut(captures(60), {{"a", {10, 40'000, 10, 0, 0}}, {"b", {10, 0, 10, 0, 0}}});
    EXPECT_GT(sharesOf(shares, "b"), sharesOf(shares, "a"));
    EXPECT_EQ(shares.size(), 60U);
}

/// One node has taken its share already, the other one not yet: what is left is the other one's.
TEST(Sharing, WhatHasJustBeenTakenCountsBeforeItIsMeasured) {
    const auto shares = shareOut(captures(10), {{"b", {}}, {"c", {10, 0, 0, 0, 0}}});
    EXPECT_EQ(sharesOf(shares, "b"), 10);
}

TEST(Sharing, LimitsHold) {
    const auto shares = shareOut(captures(10), {{"a", {1, 0, 0, 3, 0}}, {"b", {0, 0, 0, 0, 4500}}});
    EXPECT_EQ(sharesOf(shares, "a"), 2);
    EXPECT_EQ(sharesOf(shares, "b"), 4);
    EXPECT_EQ(shares.size(), 6U);
    EXPECT_TRUE(shareOut(captures(3), {}).empty());
}

} // namespace
} // namespace hookcast::cluster
