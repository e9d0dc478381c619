#include "srt/SendAllowance.h"

#include <gtest/gtest.h>

namespace hookcast::srt {
namespace {

constexpr std::size_t kPayloadBytes = 1316;
constexpr std::size_t kLeast = SendAllowance::kLeastPackets * kPayloadBytes;

/// What may wait of a stream of `bytesPerSecond` in the end.
std::size_t allowed(std::uint64_t bytesPerSecond, std::int64_t delayMs) {
    SendAllowance allowance(kPayloadBytes);
    std::int64_t nowMs = 1000;
    for (std::uint64_t sent = 0; nowMs < 9000; nowMs += SendAllowance::kWindowMs) {
        allowance.measure(nowMs, sent, delayMs);
        sent += bytesPerSecond * SendAllowance::kWindowMs / 1000;
    }
    return allowance.bytes();
}

TEST(SendAllowance, FollowsRateAndDelay) {
    EXPECT_EQ(allowed(1'000'000, 990), 1'500'000U);
    EXPECT_EQ(allowed(1'000'000, 490), 750'000U);
    EXPECT_EQ(allowed(4'000'000, 490), 3'000'000U);
}

TEST(SendAllowance, IsSmallForAnOrdinaryStream) {
    EXPECT_LE(allowed(200'000, 120), 40'000U);
    EXPECT_EQ(allowed(0, 120), kLeast);
    EXPECT_EQ(allowed(1000, 0), kLeast);
    EXPECT_EQ(SendAllowance(kPayloadBytes).bytes(), kLeast);
}

TEST(SendAllowance, ABurstIsNoRate) {
    SendAllowance allowance(kPayloadBytes);
    std::uint64_t sent = 0;
    std::int64_t nowMs = 1000;
    allowance.measure(nowMs, sent, 120);
    for (const std::uint64_t bytes : {2'000'000U, 200'000U, 200'000U, 2'000'000U, 200'000U}) {
        allowance.measure(nowMs += 1000, sent += bytes, 120);
        EXPECT_LE(allowance.bytes(), 40'000U);
    }
}

TEST(SendAllowance, IsMeasuredOverWindows) {
    SendAllowance allowance(kPayloadBytes);
    EXPECT_TRUE(allowance.isDue(1000));
    allowance.measure(1000, 0, 1000);
    EXPECT_FALSE(allowance.isDue(1000 + SendAllowance::kWindowMs - 1));
    EXPECT_TRUE(allowance.isDue(1000 + SendAllowance::kWindowMs));
}

} // namespace
} // namespace hookcast::srt
