#include "media/ContinuousTimeline.h"

#include <gtest/gtest.h>

#include <optional>

namespace hookcast::media {
namespace {

constexpr std::int64_t kWrap = std::int64_t{1} << 32U;

TEST(ContinuousTimeline, KeepsTimestampsAsTheyCome) {
    ContinuousTimeline timeline(std::nullopt);
    EXPECT_EQ(timeline.latestMs(), 0);
    EXPECT_EQ(timeline.place(5000), 5000);
    EXPECT_EQ(timeline.place(5040), 5040);
    EXPECT_EQ(timeline.latestMs(), 5040);
}

TEST(ContinuousTimeline, GoesOnWhereTimestampsWrap) {
    ContinuousTimeline timeline(std::nullopt);
    EXPECT_EQ(timeline.place(0xFFFFFFF0), 0xFFFFFFF0);
    EXPECT_EQ(timeline.place(0x10), kWrap + 0x10);
    EXPECT_EQ(timeline.place(0xFFFFFFF8), 0xFFFFFFF8) << "a late frame from before the wrap";
    EXPECT_EQ(timeline.place(0x20), kWrap + 0x20);
    EXPECT_EQ(timeline.latestMs(), kWrap + 0x20);
}

TEST(ContinuousTimeline, GoesOnOverManyWraps) {
    ContinuousTimeline timeline(std::nullopt);
    std::int64_t expected = 0;
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(timeline.place(static_cast<std::uint32_t>(expected)), expected);
        expected += 0x7FFFFFFF;
    }
}

TEST(ContinuousTimeline, GoesBackWithTheStream) {
    ContinuousTimeline timeline(std::nullopt);
    timeline.place(1000);
    EXPECT_EQ(timeline.place(900), 900);
    EXPECT_EQ(timeline.latestMs(), 1000) << "the latest stays";
    EXPECT_EQ(timeline.place(940), 940);
}

TEST(ContinuousTimeline, MayGoBelowWhereItBegan) {
    ContinuousTimeline timeline(std::nullopt);
    EXPECT_EQ(timeline.place(0), 0);
    EXPECT_EQ(timeline.place(0xFFFFFFFF), -1);
    EXPECT_EQ(timeline.place(1), 1);
}

TEST(ContinuousTimeline, ResumesWhereItIsTold) {
    ContinuousTimeline timeline(100'000);
    EXPECT_EQ(timeline.place(70), 100'000);
    EXPECT_EQ(timeline.place(110), 100'040);
    EXPECT_EQ(timeline.place(50), 99'980);
    EXPECT_EQ(timeline.latestMs(), 100'040);
}

TEST(ContinuousTimeline, ResumesAcrossAWrap) {
    ContinuousTimeline timeline(100'000);
    EXPECT_EQ(timeline.place(0xFFFFFFFF), 100'000);
    EXPECT_EQ(timeline.place(39), 100'040);
}

TEST(ContinuousTimeline, OneThatNothingWasPlacedOnEndsWhereItWouldHaveBegun) {
    EXPECT_EQ(ContinuousTimeline(100'000).latestMs(), 100'000);
}

} // namespace
} // namespace hookcast::media
