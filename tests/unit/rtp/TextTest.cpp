#include "rtp/Text.h"

#include "rtp/BinaryText.h"
#include "unit/support/TestBytes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hookcast::rtp {
namespace {

using support::hex;
using support::pattern;
using support::textBytes;
using testing::ElementsAre;

TEST(Text, SplitsOutsideQuotes) {
    EXPECT_THAT(splitOutsideQuotes(" a ;\"b;c\";; d", ';'), ElementsAre("a", "\"b;c\"", "d"));
    EXPECT_EQ(unquoted("\"a\""), "a");
    EXPECT_EQ(unquoted("\""), "\"");
    EXPECT_EQ(unquoted("a\""), "a\"");
}

TEST(BinaryText, WritesAndReadsBase64) {
    // RFC 4648, section 10.
    const std::vector<std::pair<const char*, const char*>> vectors{
        {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"foobar", "Zm9vYmFy"}};
    for (const auto& [text, base64] : vectors) {
        EXPECT_EQ(toBase64(base::asBytes(text)), base64);
        EXPECT_EQ(fromBase64(base64), textBytes(text));
    }
    EXPECT_EQ(fromBase64("Zm8"), textBytes("fo"));
    EXPECT_EQ(fromBase64("Zm 8"), std::nullopt);
    EXPECT_EQ(fromBase64("Z=g="), std::nullopt);
    EXPECT_EQ(fromBase64(toBase64(pattern(1000))), pattern(1000));
}

TEST(BinaryText, WritesAndReadsHexadecimal) {
    EXPECT_EQ(toHex(hex("00 0F F0")), "000FF0");
    EXPECT_EQ(fromHex("000ff0"), hex("00 0F F0"));
    EXPECT_EQ(fromHex("1"), std::nullopt);
    EXPECT_EQ(fromHex("1x"), std::nullopt);
    EXPECT_EQ(fromHex("-1"), std::nullopt);
}

} // namespace
} // namespace hookcast::rtp
