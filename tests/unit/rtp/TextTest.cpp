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

TEST(BinaryText, WritesAndReadsHexadecimal) {
    EXPECT_EQ(toHex(hex("00 0F F0")), "000FF0");
    EXPECT_EQ(fromHex("000ff0"), hex("00 0F F0"));
    EXPECT_EQ(fromHex("1"), std::nullopt);
    EXPECT_EQ(fromHex("1x"), std::nullopt);
    EXPECT_EQ(fromHex("-1"), std::nullopt);
}

} // namespace
} // namespace hookcast::rtp
