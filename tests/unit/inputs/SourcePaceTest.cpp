#include "inputs/SourcePace.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace hookcast::inputs {
namespace {

constexpr std::int64_t kHourUs = 3'600'000'000;

TEST(SourcePace, FollowsTheTimesOfTheSource) {
    SourcePace pace;
    EXPECT_EQ(pace.place(5'000'000, 1000).atMs, 1000);
    EXPECT_EQ(pace.place(5'040'000, 1000).atMs, 1040);
    EXPECT_EQ(pace.place(5'020'000, 1900).atMs, 1020) << "another track's";
    EXPECT_EQ(pace.place(14'000'000, 1900).atMs, 10'000) << "a picture now and then is no jump";
    EXPECT_EQ(pace.place(14'000'000, 1900).jumpMs, 0);
}

TEST(SourcePace, AJumpForwardIsNotSleptThrough) {
    SourcePace pace;
    pace.place(0, 1000);
    const SourcePace::Due due = pace.place(kHourUs, 1040);
    EXPECT_EQ(due.atMs, 1040);
    EXPECT_EQ(due.jumpMs, 3'600'000);
    EXPECT_EQ(pace.place(kHourUs + 40'000, 1040).atMs, 1080);
    EXPECT_EQ(pace.place(kHourUs + 40'000, 1040).jumpMs, 0);
}

TEST(SourcePace, AJumpBackIsNotMadeUpFor) {
    SourcePace pace;
    pace.place(kHourUs, 1000);
    const SourcePace::Due due = pace.place(0, 1040);
    EXPECT_EQ(due.atMs, 1040);
    EXPECT_EQ(due.jumpMs, -3'600'000);
    EXPECT_EQ(pace.place(40'000, 1040).atMs, 1080);
}

TEST(SourcePace, AnyTimeMayCome) {
    SourcePace pace;
    using Limits = std::numeric_limits<std::int64_t>;
    for (const std::int64_t timeUs : {Limits::max(), Limits::min(), std::int64_t{0}, Limits::min(), Limits::max()})
        EXPECT_EQ(pace.place(timeUs, 7).atMs, 7);
}

} // namespace
} // namespace hookcast::inputs
