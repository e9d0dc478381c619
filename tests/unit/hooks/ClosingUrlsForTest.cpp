#include "hooks/HookTarget.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hookcast::hooks {
namespace {

using Urls = std::vector<std::string>;

TEST(ClosingUrlsFor, OneBelongsToTheSameUrlWhereverItStands) {
    EXPECT_EQ(closingUrlsFor({"a", "b"}, 1, {"a", "b"}), (Urls{"a"}));
    EXPECT_EQ(closingUrlsFor({"a", "b"}, 1, {"b", "a"}), (Urls{"a"}));
    EXPECT_EQ(closingUrlsFor({"a", "b"}, 1, {"a"}), (Urls{"a"}));
    EXPECT_EQ(closingUrlsFor({"a", "b"}, 1, {"b"}), (Urls{}));
    EXPECT_EQ(closingUrlsFor({"a", "b", "c"}, 2, {"c", "b"}), (Urls{"b"}));
}

TEST(ClosingUrlsFor, OneBelongsToItsPlaceInListsOfEqualLength) {
    EXPECT_EQ(closingUrlsFor({"a", "b"}, 1, {"x", "y"}), (Urls{"x"}));
    EXPECT_EQ(closingUrlsFor({"a", "b", "c"}, 2, {"x", "y", "z"}), (Urls{"x", "y"}));
    EXPECT_EQ(closingUrlsFor({"a", "b"}, 2, {"x", "y"}), (Urls{"x", "y"}));
}

TEST(ClosingUrlsFor, OneOfNobodyHearsOfEveryEnd) {
    EXPECT_EQ(closingUrlsFor({"a", "b"}, 1, {"x"}), (Urls{"x"}));
    EXPECT_EQ(closingUrlsFor({"a", "b"}, 1, {"x", "b", "z"}), (Urls{"x", "z"}));
    EXPECT_EQ(closingUrlsFor({"a"}, 1, {"x", "y"}), (Urls{"x", "y"}));
}

TEST(ClosingUrlsFor, TheSameUrlTwiceBelongsToItsPlace) {
    EXPECT_EQ(closingUrlsFor({"a", "a"}, 1, {"a", "a"}), (Urls{"a"}));
    EXPECT_EQ(closingUrlsFor({"a", "a"}, 2, {"a", "a"}), (Urls{"a", "a"}));
}

TEST(ClosingUrlsFor, WithNoClosingUrlsNobodyHears) {
    EXPECT_EQ(closingUrlsFor({"a", "b"}, 2, {}), (Urls{}));
}

} // namespace
} // namespace hookcast::hooks
