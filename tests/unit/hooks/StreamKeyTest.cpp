#include "hooks/StreamKey.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace hookcast::hooks {
namespace {

constexpr const char* kControl = "a control character in the name";
constexpr const char* kInvisible = "an invisible character in the name";

/// Of a name with it in the middle, at its beginning, at its end, and alone.
void expectFault(const std::string& character, std::string_view fault) {
    for (const std::string& name : {"a" + character + "b", character + "b", "a" + character, character}) {
        EXPECT_EQ(faultIn(name), fault) << testing::PrintToString(name);
        EXPECT_FALSE(readStreamPath("live/" + name).ok()) << "a stream";
        EXPECT_FALSE(readStreamPath(name + "/cam").ok()) << "an application";
    }
}

TEST(StreamKey, HasNoControlCharacters) {
    for (char c = 1; c < ' '; ++c) expectFault(std::string(1, c), kControl);
    expectFault(std::string(1, '\0'), kControl);
    expectFault("\x7F", kControl);
    for (unsigned c = 0x80; c <= 0x9F; ++c) expectFault(std::string("\xC2") + static_cast<char>(c), kControl);
}

TEST(StreamKey, HasNoEndsOfLinesAndNothingThatTurnsIt) {
    for (const char* character :
         {"\u2028", "\u2029", "\u202A", "\u202B", "\u202C", "\u202D", "\u202E", "\u2066", "\u2067", "\u2068", "\u2069"})
        expectFault(character, kControl);
}

TEST(StreamKey, HasNothingThatNobodySees) {
    for (const char* character : {"\u00AD", "\u061C", "\u180E", "\u200B", "\u200E", "\u200F", "\u2060", "\u2064",
                                  "\u206A", "\u206F", "\uFEFF", "\uFFF9", "\uFFFB"})
        expectFault(character, kInvisible);
}

TEST(StreamKey, IsUtf8) {
    for (const char* bytes : {"\x85", "\xC2", "\xC0\x80", "\xE2\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF"})
        expectFault(bytes, "the name is not UTF-8");
}

TEST(StreamKey, MayBeWrittenInAnyScript) {
    for (const char* name :
         {"cam 1", "caf\u00E9", "\u00A0", "\u00AC\u00AE", "\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645",
          "\u0915\u094D\u200D\u0937", "\U0001F468\u200D\U0001F469\u200D\U0001F467", "\u2764\uFE0F", "\u6444\u50CF", "~",
          "\U0001F3F4\U000E0067\U000E0062\U000E007F"})
        EXPECT_EQ(faultIn(name), "") << name;
    EXPECT_EQ(faultIn("\u2027\u202F\u2070"), "") << "beside those that are none";
    EXPECT_EQ(faultIn("\u200A\u200C\u200D\u2010"), "") << "beside those that are none";
}

} // namespace
} // namespace hookcast::hooks
