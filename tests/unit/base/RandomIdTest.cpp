#include "base/RandomId.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string_view>

namespace hookcast::base {
namespace {

TEST(RandomId, HasTheLengthAskedFor) {
    EXPECT_EQ(randomId(0), "");
    EXPECT_EQ(randomId(7).size(), 7U);
}

TEST(RandomId, UsesItsWholeAlphabetAndNothingElse) {
    constexpr std::string_view kAlphabet = "0123456789abcdefghijklmnopqrstuvwxyz";
    const std::string id = randomId(5000);
    const std::set<char> used(id.begin(), id.end());
    EXPECT_EQ(used.size(), kAlphabet.size());
    EXPECT_TRUE(std::ranges::all_of(used, [&](char c) { return kAlphabet.find(c) != std::string_view::npos; }));
}

TEST(RandomId, DoesNotRepeat) {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) seen.insert(randomId(8));
    EXPECT_EQ(seen.size(), 1000U);
}

} // namespace
} // namespace hookcast::base
