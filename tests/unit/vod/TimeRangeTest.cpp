#include "vod/TimeRange.h"

#include <gtest/gtest.h>

namespace hookcast::vod {
namespace {

TEST(TimeRange, AQueryHasARange) {
    const auto range = timeRangeOf("?token=a&from=1700000000&to=2023-11-14T22%3A13%3A30Z&from_=x");
    ASSERT_TRUE(range);
    EXPECT_EQ(range.value(), (TimeRange{1'700'000'000'000, 1'700'000'010'000}));
    EXPECT_EQ(timeRangeOf("").value(), TimeRange());
    EXPECT_EQ(timeRangeOf("?from=&to").value(), TimeRange()) << "said, and nothing";
    for (const char* query :
         {"?from=x", "?to=x", "?from=1&from=2", "?to=%", "?from=2&to=1", "?from=1&to=1", "?from=%31%"})
        EXPECT_FALSE(timeRangeOf(query)) << query;
}

TEST(TimeRange, ARangeOverlapsWhatHasAPartInIt) {
    const TimeRange range{10, 20};
    EXPECT_TRUE(range.overlaps(0, 11));
    EXPECT_TRUE(range.overlaps(19, 30));
    EXPECT_FALSE(range.overlaps(0, 10));
    EXPECT_FALSE(range.overlaps(20, 30));
    EXPECT_TRUE(TimeRange().overlaps(0, 1));
}

} // namespace
} // namespace hookcast::vod
