#include "hooks/HookStatistics.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::hooks {
namespace {

HookResponse after(std::int64_t ms, HookResponse::Outcome outcome = HookResponse::Outcome::Answered) {
    HookResponse response;
    response.outcome = outcome;
    response.elapsedMs = ms;
    return response;
}

TEST(HookStatistics, CountsEachWayToEndPerUrl) {
    HookStatistics statistics;
    for (int i = 0; i < 4; ++i) statistics.begin("http://a/x?token=secret");
    statistics.begin("http://b/y");
    statistics.end("http://a/x?token=secret", after(3), true);
    statistics.end("http://a/x?token=other", after(3), false);
    statistics.end("http://a/x", after(3, HookResponse::Outcome::TimedOut), false);
    const auto figures = statistics.figures();
    ASSERT_EQ(figures.size(), 2U);
    EXPECT_EQ(figures[0].url, "http://a/x") << "without what may be secret";
    EXPECT_EQ(figures[0].calls, 3U);
    EXPECT_EQ(figures[0].refusals, 1U);
    EXPECT_EQ(figures[0].failures, 1U);
    EXPECT_EQ(figures[0].inFlight, 1U);
    EXPECT_EQ(figures[0].totalMs, 9U);
    EXPECT_EQ(figures[1].inFlight, 1U);
}

TEST(HookStatistics, PercentilesLieWithinTheirClass) {
    HookStatistics statistics;
    for (int i = 0; i < 98; ++i) statistics.end("u", after(4), true);
    for (int i = 0; i < 2; ++i) statistics.end("u", after(900), true);
    const auto figures = statistics.figures().front();
    EXPECT_GT(figures.percentileMs(0.50), 2);
    EXPECT_LE(figures.percentileMs(0.95), 5);
    EXPECT_GT(figures.percentileMs(0.99), 500);
    EXPECT_LE(figures.percentileMs(0.99), 1000);
}

TEST(HookStatistics, WhatTakesVeryLongIsInTheLastClass) {
    HookStatistics statistics;
    statistics.end("u", after(100'000), true);
    const auto figures = statistics.figures().front();
    EXPECT_EQ(figures.durations.back(), 1U);
    EXPECT_DOUBLE_EQ(figures.percentileMs(0.5), 30'000);
}

TEST(HookStatistics, WithoutCallsThereAreNoPercentiles) {
    HookStatistics statistics;
    statistics.begin("u");
    EXPECT_EQ(statistics.figures().front().percentileMs(0.99), 0);
}

TEST(HookStatistics, KeepsABoundOnItsUrls) {
    HookStatistics statistics;
    for (int i = 0; i < 2000; ++i) statistics.begin("http://a/" + std::to_string(i));
    EXPECT_LE(statistics.figures().size(), 1001U);
}

} // namespace
} // namespace hookcast::hooks
