#include "media/ClockUnwrapper.h"

#include <gtest/gtest.h>

namespace hookcast::media {
namespace {

constexpr std::int64_t kWrap = std::int64_t{1} << 33;

TEST(ClockUnwrapper, GoesOnAfterTheEndOfTheClock) {
    ClockUnwrapper clock;
    std::int64_t expected = kWrap - 5000;
    // Three times around, by steps of ten minutes.
    for (int i = 0; i < 500; ++i, expected += 54'000'000) EXPECT_EQ(clock.place(expected % kWrap), expected);
    EXPECT_GT(expected, 3 * kWrap);
}

TEST(ClockUnwrapper, GoesBackAsTimesDo) {
    ClockUnwrapper clock;
    EXPECT_EQ(clock.place(100), 100);
    EXPECT_EQ(clock.place(kWrap - 100), -100);
    EXPECT_EQ(clock.place(0), 0);
}

TEST(ClockUnwrapper, TakesWhatIsUnwrappedAlready) {
    EXPECT_EQ(ClockUnwrapper::near(3 * kWrap + 10, 20), 10);
    EXPECT_EQ(ClockUnwrapper::near(-kWrap + 10, kWrap), kWrap + 10);
}

} // namespace
} // namespace hookcast::media
