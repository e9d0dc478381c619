#include "base/Utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::base {
namespace {

using namespace std::string_literals;

TEST(Utf8Length, KnowsEveryLength) {
    EXPECT_EQ(utf8Length(""), 0U);
    EXPECT_EQ(utf8Length("ab"), 1U);
    EXPECT_EQ(utf8Length(std::string_view("\0", 1)), 1U);
    EXPECT_EQ(utf8Length("éx"), 2U);
    EXPECT_EQ(utf8Length("日x"), 3U);
    EXPECT_EQ(utf8Length("🎥x"), 4U);
}

TEST(Utf8Length, KnowsTheEdgesOfEveryRange) {
    EXPECT_EQ(utf8Length("\xC2\x80"), 2U);
    EXPECT_EQ(utf8Length("\xDF\xBF"), 2U);
    EXPECT_EQ(utf8Length("\xE0\xA0\x80"), 3U);
    EXPECT_EQ(utf8Length("\xED\x9F\xBF"), 3U);
    EXPECT_EQ(utf8Length("\xEE\x80\x80"), 3U);
    EXPECT_EQ(utf8Length("\xEF\xBF\xBF"), 3U);
    EXPECT_EQ(utf8Length("\xF0\x90\x80\x80"), 4U);
    EXPECT_EQ(utf8Length("\xF4\x8F\xBF\xBF"), 4U);
}

TEST(Utf8Length, RefusesWhatIsNoUtf8) {
    EXPECT_EQ(utf8Length("\x80"), 0U) << "a continuation without a beginning";
    EXPECT_EQ(utf8Length("\xBF"), 0U);
    EXPECT_EQ(utf8Length("\xC3"), 0U) << "cut short";
    EXPECT_EQ(utf8Length("\xC3("), 0U);
    EXPECT_EQ(utf8Length("\xE6\x97"), 0U);
    EXPECT_EQ(utf8Length("\xE6\x97("), 0U);
    EXPECT_EQ(utf8Length("\xF0\x9F\x8E("), 0U);
    EXPECT_EQ(utf8Length("\xC0\x80"), 0U) << "overlong";
    EXPECT_EQ(utf8Length("\xC1\xBF"), 0U);
    EXPECT_EQ(utf8Length("\xE0\x9F\xBF"), 0U);
    EXPECT_EQ(utf8Length("\xF0\x8F\xBF\xBF"), 0U);
    EXPECT_EQ(utf8Length("\xED\xA0\x80"), 0U) << "a surrogate";
    EXPECT_EQ(utf8Length("\xF4\x90\x80\x80"), 0U) << "beyond U+10FFFF";
    EXPECT_EQ(utf8Length("\xF5\x80\x80\x80"), 0U);
    EXPECT_EQ(utf8Length("\xFF"), 0U);
}

TEST(ToValidUtf8, KeepsValidTextAsItIs) {
    const std::string text = "канал/日本\n\0🎥\x7f"s;
    EXPECT_EQ(toValidUtf8(text), text);
    EXPECT_EQ(toValidUtf8(""), "");
}

TEST(ToValidUtf8, ReplacesEveryByteThatIsNone) {
    EXPECT_EQ(toValidUtf8("a\xff\xfe"
                          "b"),
              "a\uFFFD\uFFFDb");
    EXPECT_EQ(toValidUtf8("\xe6\x97"), "\uFFFD\uFFFD") << "a cut character";
    EXPECT_EQ(toValidUtf8("\xc3"
                          "é"),
              "\uFFFDé")
        << "what follows a broken character is still read";
}

} // namespace
} // namespace hookcast::base
