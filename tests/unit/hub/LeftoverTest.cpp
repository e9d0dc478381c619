#include "hub/Leftover.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::hub {
namespace {

std::string shown(Leftover& leftover) {
    std::string text;
    for (const iovec& range : leftover.ranges()) text.append(static_cast<const char*>(range.iov_base), range.iov_len);
    return text;
}

std::shared_ptr<const base::Bytes> bytes(std::size_t size, std::uint8_t value) {
    return std::make_shared<const base::Bytes>(size, value);
}

TEST(Leftover, IsGivenInOrderAndPieceByPiece) {
    Leftover leftover;
    EXPECT_TRUE(leftover.empty());
    leftover.add(nullptr, base::asBytes("abc"));
    leftover.add(nullptr, base::asBytes(""));
    leftover.add(nullptr, base::asBytes("def"));
    EXPECT_EQ(shown(leftover), "abcdef");
    leftover.consume(0);
    leftover.consume(2);
    EXPECT_EQ(shown(leftover), "cdef");
    leftover.consume(1);
    EXPECT_EQ(shown(leftover), "def");
    leftover.add(nullptr, base::asBytes("ghi"));
    EXPECT_EQ(base::asText(leftover.bytes()), "defghi");
    leftover.consume(5);
    EXPECT_EQ(shown(leftover), "i");
    EXPECT_FALSE(leftover.empty());
    leftover.consume(1);
    EXPECT_TRUE(leftover.empty());
    EXPECT_TRUE(leftover.ranges().empty());
}

TEST(Leftover, CopiesWhatIsSmallAndSharesWhatIsLarge) {
    const auto small = bytes(Leftover::kCopyBytes, 1);
    const auto large = bytes(Leftover::kCopyBytes + 1, 2);
    Leftover leftover;
    leftover.add(small, *small);
    leftover.add(large, *large);
    EXPECT_EQ(small.use_count(), 1) << "a few bytes do not keep a slab";
    EXPECT_EQ(large.use_count(), 2);
    EXPECT_EQ(leftover.ranges()[1].iov_base, large->data());
    leftover.consume(small->size() + large->size() - 1);
    EXPECT_EQ(large.use_count(), 2);
    leftover.consume(1);
    EXPECT_EQ(large.use_count(), 1) << "what is sent is let go";
}

TEST(Leftover, GivesNoMoreRangesThanOneSendTakes) {
    Leftover leftover;
    for (int i = 0; i < 1000; ++i) leftover.add(nullptr, base::asBytes("x"));
    std::size_t total = 0;
    while (!leftover.empty()) {
        const std::size_t count = leftover.ranges().size();
        EXPECT_LE(count, 64U);
        leftover.consume(count);
        total += count;
    }
    EXPECT_EQ(total, 1000U);
}

} // namespace
} // namespace hookcast::hub
