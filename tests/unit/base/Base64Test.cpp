#include "base/Base64.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::base {
namespace {

Bytes textBytes(const std::string& text) {
    return {text.begin(), text.end()};
}

TEST(Base64, WritesAndReads) {
    // RFC 4648, section 10.
    const std::vector<std::pair<const char*, const char*>> vectors{
        {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"foobar", "Zm9vYmFy"}};
    for (const auto& [text, base64] : vectors) {
        EXPECT_EQ(toBase64(asBytes(text)), base64);
        EXPECT_EQ(fromBase64(base64), textBytes(text));
    }
    EXPECT_EQ(fromBase64("Zm8"), textBytes("fo"));
    EXPECT_EQ(fromBase64("Zm 8"), std::nullopt);
    EXPECT_EQ(fromBase64("Z=g="), std::nullopt);
    Bytes pattern;
    for (std::size_t i = 0; i < 1000; ++i) pattern.push_back(static_cast<std::uint8_t>(i * 31 % 251));
    EXPECT_EQ(fromBase64(toBase64(pattern)), pattern);
}

} // namespace
} // namespace hookcast::base
