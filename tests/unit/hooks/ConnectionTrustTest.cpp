#include "hooks/ConnectionTrust.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <optional>

namespace hookcast::hooks {
namespace {

using Seen = ConnectionTrust::Seen;
using Use = ConnectionTrust::Use;

constexpr std::int64_t kProbation = ConnectionTrust::kProbationMs;

class ConnectionTrustTest : public ::testing::Test {
  protected:
    /// One call, which takes no time.
    Use call(std::int64_t nowMs, Seen seen) {
        const Use use = trust_.next(nowMs);
        trust_.seen(use, seen, nowMs);
        return use;
    }

    void earn(std::int64_t nowMs) {
        EXPECT_EQ(call(nowMs, Seen::New), Use::Probe);
        EXPECT_EQ(call(nowMs + kProbation, Seen::Reused), Use::Judge);
        EXPECT_EQ(call(nowMs + kProbation, Seen::Reused), Use::Any);
    }

    ConnectionTrust trust_;
};

TEST_F(ConnectionTrustTest, IsEarnedByAConnectionThatLivesOn) {
    EXPECT_EQ(call(0, Seen::New), Use::Probe);
    EXPECT_EQ(call(kProbation - 1, Seen::New), Use::Fresh);
    EXPECT_EQ(call(kProbation, Seen::Reused), Use::Judge);
    EXPECT_EQ(call(kProbation, Seen::New), Use::Any);
    EXPECT_EQ(call(1'000'000, Seen::New), Use::Any);
}

TEST_F(ConnectionTrustTest, WhereNoneIsKeptNoneIsTriedNorWaitedFor) {
    trust_.keepNone();
    for (std::int64_t nowMs = 0; nowMs < 10 * ConnectionTrust::kDistrustMs; nowMs += ConnectionTrust::kDistrustMs / 3) {
        EXPECT_EQ(call(nowMs, Seen::New), Use::Fresh);
        EXPECT_EQ(trust_.earnedAtMs(nowMs), std::nullopt);
    }
}

TEST_F(ConnectionTrustTest, IsNotEarnedByOneThatIsGone) {
    EXPECT_EQ(call(0, Seen::New), Use::Probe);
    EXPECT_EQ(call(kProbation, Seen::New), Use::Judge);
    EXPECT_EQ(call(kProbation, Seen::New), Use::Fresh);
    earn(kProbation + ConnectionTrust::kDistrustMs);
}

TEST_F(ConnectionTrustTest, OneCallAtATimeProbesAndJudges) {
    EXPECT_EQ(trust_.next(0), Use::Probe);
    EXPECT_EQ(call(0, Seen::New), Use::Fresh);
    trust_.seen(Use::Probe, Seen::New, 0);
    EXPECT_EQ(trust_.next(kProbation), Use::Judge);
    EXPECT_EQ(call(kProbation, Seen::New), Use::Fresh);
    trust_.seen(Use::Judge, Seen::Reused, kProbation);
    EXPECT_EQ(trust_.next(kProbation), Use::Any);
}

TEST_F(ConnectionTrustTest, AConnectionThatWeWouldHaveClosedSaysNothing) {
    EXPECT_EQ(call(0, Seen::New), Use::Probe);
    EXPECT_EQ(call(ConnectionTrust::kStaleMs, Seen::New), Use::Probe);
    EXPECT_EQ(call(ConnectionTrust::kStaleMs + kProbation, Seen::Reused), Use::Judge);
    EXPECT_EQ(call(ConnectionTrust::kStaleMs + kProbation, Seen::Reused), Use::Any);
}

TEST_F(ConnectionTrustTest, ACallThatCameToNothingIsTriedAgain) {
    EXPECT_EQ(call(0, Seen::Nothing), Use::Probe);
    EXPECT_EQ(call(0, Seen::New), Use::Probe);
    EXPECT_EQ(call(kProbation, Seen::Nothing), Use::Judge);
    EXPECT_EQ(call(kProbation, Seen::New), Use::Probe);
}

TEST_F(ConnectionTrustTest, SaysUntilWhenToWaitForIt) {
    constexpr std::int64_t kUntilTold = std::numeric_limits<std::int64_t>::max();
    EXPECT_EQ(trust_.earnedAtMs(0), std::nullopt) << "somebody must begin";
    EXPECT_EQ(trust_.next(0), Use::Probe);
    EXPECT_EQ(trust_.earnedAtMs(0), kUntilTold);
    trust_.seen(Use::Probe, Seen::New, 5);
    EXPECT_EQ(trust_.earnedAtMs(5), 5 + kProbation);
    EXPECT_EQ(trust_.earnedAtMs(5 + kProbation), std::nullopt);
    EXPECT_EQ(trust_.next(5 + kProbation), Use::Judge);
    EXPECT_EQ(trust_.earnedAtMs(5 + kProbation), kUntilTold);
    trust_.seen(Use::Judge, Seen::New, 5 + kProbation);
    EXPECT_EQ(trust_.earnedAtMs(5 + kProbation), std::nullopt) << "a backend that closes is not waited for";
}

TEST_F(ConnectionTrustTest, IsLostWhenAConnectionEndsUnderACall) {
    earn(0);
    EXPECT_EQ(call(1000, Seen::Ended), Use::Any);
    EXPECT_EQ(call(1000 + ConnectionTrust::kDistrustMs - 1, Seen::New), Use::Fresh);
    earn(1000 + ConnectionTrust::kDistrustMs);
}

} // namespace
} // namespace hookcast::hooks
