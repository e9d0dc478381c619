#include "base/RepeatedLines.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::base {
namespace {

TEST(RepeatedLinesTest, TheFirstIsWrittenAndTheOthersAreCounted) {
    RepeatedLines lines;
    EXPECT_TRUE(lines.admit("192.0.2.1", "broken", 0));
    EXPECT_FALSE(lines.admit("192.0.2.1", "broken", 10));
    EXPECT_FALSE(lines.admit("192.0.2.1", "broken", 9000));
    EXPECT_TRUE(lines.admit("192.0.2.2", "broken", 10));
    EXPECT_TRUE(lines.admit("192.0.2.1", "late", 10));
    EXPECT_TRUE(lines.due(9999).empty());
    const auto told = lines.due(10'010);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].address, "192.0.2.1");
    EXPECT_EQ(told[0].reason, "broken");
    EXPECT_EQ(told[0].count, 2U);
    EXPECT_FALSE(lines.admit("192.0.2.1", "broken", 10'020)) << "it goes on";
    EXPECT_TRUE(lines.admit("192.0.2.1", "late", 10'020)) << "that was over";
    EXPECT_EQ(lines.due(30'000).size(), 1U);
}

TEST(RepeatedLinesTest, ManyReasonsOfOneAddressAreCountedTogether) {
    RepeatedLines lines;
    std::size_t written = 0;
    for (int i = 0; i < 1000; ++i) written += lines.admit("192.0.2.1", "reason " + std::to_string(i), 0) ? 1 : 0;
    EXPECT_EQ(written, RepeatedLines::kReasonsPerAddress);
    const auto told = lines.due(30'000);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].reason, "");
    EXPECT_EQ(told[0].count, 1000 - written);
}

TEST(RepeatedLinesTest, ManyAddressesAreCountedTogether) {
    RepeatedLines lines;
    std::size_t written = 0;
    for (int i = 0; i < 3000; ++i) written += lines.admit(std::to_string(i), "broken", 0) ? 1 : 0;
    EXPECT_EQ(written, RepeatedLines::kEntries);
    const auto told = lines.due(30'000);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].address, "");
    EXPECT_EQ(told[0].count, 3000 - written);
}

} // namespace
} // namespace hookcast::base
