#include "base/Log.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::base {
namespace {

using namespace std::string_literals;

TEST(Printable, KeepsPlainText) {
    EXPECT_EQ(printable(""), "");
    EXPECT_EQ(printable("live/stream-1?key=a b~"), "live/stream-1?key=a b~");
}

TEST(Printable, EscapesWhatCouldForgeOrBreakALine) {
    EXPECT_EQ(printable("a\r\n[trace] b"), "a\\x0d\\x0a[trace] b");
    EXPECT_EQ(printable("\0\x1f\x7f"s), "\\x00\\x1f\\x7f");
    EXPECT_EQ(printable(R"(say "x" \ y)"), R"(say \x22x\x22 \x5c y)");
    EXPECT_EQ(printable("\x1b[31mred"), "\\x1b[31mred");
}

TEST(Printable, KeepsTextOfAllLanguages) {
    EXPECT_EQ(printable("канал-日本-é-🎥"), "канал-日本-é-🎥");
}

TEST(Printable, EscapesWhatNobodySees) {
    EXPECT_EQ(printable("a\u200Bb\uFEFF"), "a\\xe2\\x80\\x8bb\\xef\\xbb\\xbf");
    EXPECT_EQ(printable("a\u200Db"), "a\u200Db") << "emoji need it";
}

TEST(Printable, EscapesControlCharactersBeyondAscii) {
    EXPECT_EQ(printable("\xc2\x9b"
                        "31m"),
              "\\xc2\\x9b31m")
        << "U+009B begins a terminal's control sequence as ESC [ does";
    EXPECT_EQ(printable("\xc2\x80\xc2\x9f\xc2\xa0"), "\\xc2\\x80\\xc2\\x9f\xc2\xa0");
}

TEST(Printable, EscapesWhatIsNotUtf8) {
    EXPECT_EQ(printable("\x9b"
                        "31m"),
              "\\x9b31m")
        << "a terminal in 8-bit mode takes it for ESC [";
    EXPECT_EQ(printable("a\xff"), "a\\xff");
    EXPECT_EQ(printable("\xc3"), "\\xc3");
    EXPECT_EQ(printable("\xc0\x8a"), "\\xc0\\x8a") << "an overlong line feed";
    EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "a surrogate";
    EXPECT_EQ(printable("\xf5\x80\x80\x80"), "\\xf5\\x80\\x80\\x80") << "beyond U+10FFFF";
}

TEST(Printable, CutsLongText) {
    EXPECT_EQ(printable("abcdef", 3), "abc...");
    EXPECT_EQ(printable("abc", 3), "abc");
    EXPECT_EQ(printable(std::string(500, 'x')).size(), 203U);
}

TEST(Printable, DoesNotCutACharacterInTwo) {
    EXPECT_EQ(printable("aé", 2), "a...");
    EXPECT_EQ(printable("日本", 5), "日...");
    EXPECT_EQ(printable("日本", 6), "日本");
}

TEST(WithoutSecrets, LeavesOutQueryAndFragment) {
    EXPECT_EQ(withoutSecrets("http://h:8085/api/v1/clients?token=secret"), "http://h:8085/api/v1/clients");
    EXPECT_EQ(withoutSecrets("http://h/p#secret"), "http://h/p");
    EXPECT_EQ(withoutSecrets("http://h?secret"), "http://h");
}

TEST(WithoutSecrets, LeavesOutUserInformation) {
    EXPECT_EQ(withoutSecrets("https://user:pass@h/p"), "https://h/p");
    EXPECT_EQ(withoutSecrets("https://user@h"), "https://h");
    EXPECT_EQ(withoutSecrets("https://user:p@ss@h/p"), "https://h/p") << "the last @ ends it";
}

TEST(WithoutSecrets, KeepsAnAtSignInThePath) {
    EXPECT_EQ(withoutSecrets("http://h/@me/x"), "http://h/@me/x");
    EXPECT_EQ(withoutSecrets("http://u:p@h/@me"), "http://h/@me");
}

TEST(WithoutSecrets, KnowsIpv6) {
    EXPECT_EQ(withoutSecrets("http://u:p@[::1]:80/p?q"), "http://[::1]:80/p");
    EXPECT_EQ(withoutSecrets("http://[::1]/p"), "http://[::1]/p");
}

TEST(WithoutSecrets, NeedsNoScheme) {
    EXPECT_EQ(withoutSecrets("h/p?secret"), "h/p");
    EXPECT_EQ(withoutSecrets("user:pass@h/p"), "h/p");
    EXPECT_EQ(withoutSecrets(""), "");
}

TEST(WithoutSecrets, IsPrintable) {
    EXPECT_EQ(withoutSecrets("http://h/\n"), "http://h/\\x0a");
}

} // namespace
} // namespace hookcast::base
