#include "api-server/Wildcard.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::mock {
namespace {

TEST(Wildcard, WithoutMarksOnlyTheSameTextFits) {
    EXPECT_TRUE(matchesWildcard("", ""));
    EXPECT_TRUE(matchesWildcard("live", "live"));
    EXPECT_FALSE(matchesWildcard("live", "Live"));
    EXPECT_FALSE(matchesWildcard("live", "lives"));
    EXPECT_FALSE(matchesWildcard("live", "liv"));
    EXPECT_FALSE(matchesWildcard("", "live"));
}

TEST(Wildcard, StarStandsForAnyTextAlsoNone) {
    EXPECT_TRUE(matchesWildcard("*", ""));
    EXPECT_TRUE(matchesWildcard("bad*", "bad"));
    EXPECT_TRUE(matchesWildcard("bad*", "bad-1"));
    EXPECT_TRUE(matchesWildcard("*.flv", "a.flv.flv"));
    EXPECT_TRUE(matchesWildcard("a*b*c", "a--b--b--c"));
    EXPECT_TRUE(matchesWildcard("**", "x"));
    EXPECT_FALSE(matchesWildcard("bad*", "ba"));
    EXPECT_FALSE(matchesWildcard("a*b*c", "a--c--b"));
    EXPECT_FALSE(matchesWildcard("*a", "ab"));
}

TEST(Wildcard, QuestionMarkStandsForOneCharacter) {
    EXPECT_TRUE(matchesWildcard("cam?", "cam1"));
    EXPECT_TRUE(matchesWildcard("cam?x", "cam\u00e9x"));
    EXPECT_FALSE(matchesWildcard("cam?", "cam"));
    EXPECT_FALSE(matchesWildcard("cam?", "cam12"));
    EXPECT_TRUE(matchesWildcard("*?", "a"));
    EXPECT_FALSE(matchesWildcard("*?", ""));
}

TEST(Wildcard, AnyBytesAreMatched) {
    EXPECT_TRUE(matchesWildcard("a?b", "a\xff"
                                       "b"));
    EXPECT_TRUE(matchesWildcard("a*", std::string_view("a\0b", 3)));
}

// With recursion, or with every star tried again, this would take longer than the universe has.
TEST(Wildcard, ManyStarsTakeLittleTime) {
    std::string pattern;
    for (int i = 0; i < 100; ++i) pattern += "*a";
    EXPECT_FALSE(matchesWildcard(pattern + "b", std::string(10'000, 'a')));
}

} // namespace
} // namespace hookcast::mock
