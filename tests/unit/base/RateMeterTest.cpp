#include "base/RateMeter.h"

#include <gtest/gtest.h>

namespace hookcast::base {
namespace {

TEST(RateMeter, AtItsBeginningNothingHasRisen) {
    const RateMeter meter(1000, 500);
    EXPECT_EQ(meter.perSecond(1000, 500), 0);
}

TEST(RateMeter, CountsFromItsBeginningAtFirst) {
    RateMeter meter(0, 100);
    meter.sample(5000, 5100);
    EXPECT_DOUBLE_EQ(meter.perSecond(10'000, 10'100), 1000);
}

TEST(RateMeter, ForgetsWhatIsOlderThanItsWindow) {
    RateMeter meter(0, 0);
    std::uint64_t value = 0;
    for (std::int64_t now = RateMeter::kSampleMs; now <= 60'000; now += RateMeter::kSampleMs) {
        value += now <= 30'000 ? 1'000'000 : 5000;
        meter.sample(now, value);
    }
    EXPECT_DOUBLE_EQ(meter.perSecond(60'000, value), 1000);
}

TEST(RateMeter, LookingTooOftenChangesNothing) {
    RateMeter meter(0, 0);
    for (std::int64_t now = 0; now <= 20'000; now += 10) meter.sample(now, static_cast<std::uint64_t>(now));
    EXPECT_DOUBLE_EQ(meter.perSecond(20'000, 20'000), 1000);
}

TEST(RateMeter, ACounterThatBeginsAnewHasNoRate) {
    const RateMeter meter(0, 1000);
    EXPECT_EQ(meter.perSecond(1000, 10), 0);
}

} // namespace
} // namespace hookcast::base
