#include "srt/SendAllowance.h"

#include <gtest/gtest.h>

namespace hookcast::srt {
namespace {

constexpr std::size_t kLeast = SendAllowance::kLeastPackets;

/// How many packets may wait of a stream of so many per second, in the end.
std::size_t allowed(std::uint64_t packetsPerSecond, std::int64_t latencyMs, std::int64_t roundTripMs = 1) {
    SendAllowance allowance;
    std::int64_t nowMs = 1000;
    for (std::uint64_t sent = 0; nowMs < 9000; nowMs += SendAllowance::kWindowMs) {
        allowance.measure(nowMs, sent, latencyMs, roundTripMs);
        sent += packetsPerSecond * SendAllowance::kWindowMs / 1000;
    }
    return allowance.packets();
}

TEST(SendAllowance, FollowsRateAndLatency) {
    EXPECT_EQ(allowed(1000, 990), 1000U);
    EXPECT_EQ(allowed(1000, 490), 500U);
    EXPECT_EQ(allowed(4000, 490), 2000U);
    // A path that takes longer than the latency needs more.
    EXPECT_EQ(allowed(1000, 120, 1000), 1510U);
}

TEST(SendAllowance, IsWhatIsThereAnywayForAnOrdinaryStream) {
    EXPECT_EQ(allowed(210, 120), kLeast); // 1.6 Mbit/s, and not all of them full
    EXPECT_EQ(allowed(0, 120), kLeast);
    EXPECT_EQ(SendAllowance().packets(), kLeast);
}

TEST(SendAllowance, ABurstIsNoRate) {
    SendAllowance allowance;
    std::uint64_t sent = 0;
    std::int64_t nowMs = 1000;
    allowance.measure(nowMs, sent, 120, 1);
    for (const std::uint64_t packets : {2000U, 150U, 150U, 2000U, 150U}) {
        allowance.measure(nowMs += 1000, sent += packets, 120, 1);
        EXPECT_EQ(allowance.packets(), kLeast);
    }
}

TEST(SendAllowance, ASlowAnswerIsNoLongPath) {
    SendAllowance allowance;
    std::uint64_t sent = 0;
    std::int64_t nowMs = 1000;
    for (const std::int64_t roundTripMs : {100, 2, 800, 900, 3, 700}) {
        allowance.measure(nowMs += 1000, sent += 150, 120, roundTripMs);
        EXPECT_EQ(allowance.packets(), kLeast);
    }
}

TEST(SendAllowance, IsMeasuredOverWindows) {
    SendAllowance allowance;
    EXPECT_TRUE(allowance.isDue(1000));
    allowance.measure(1000, 0, 1000, 1);
    EXPECT_FALSE(allowance.isDue(1000 + SendAllowance::kWindowMs - 1));
    EXPECT_TRUE(allowance.isDue(1000 + SendAllowance::kWindowMs));
}

} // namespace
} // namespace hookcast::srt
