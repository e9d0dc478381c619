#include "net/TcpConnection.h"

#include "unit/net/ConnectionOwner.h"
#include "unit/support/FakeClock.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::net {
namespace {

constexpr std::size_t kSendLimitBytes = 64 * 1024;
constexpr std::int64_t kPeriodMs = 40;

/// gatherReads(): one read for all that came in during a period. The clock stands still but for what a test adds.
class TcpConnectionGatheringTest : public ::testing::Test {
  protected:
    void SetUp() override { gather(kPeriodMs); }

    void gather(std::int64_t periodMs) {
        owner_.with([periodMs](TcpConnection& connection) { connection.gatherReads(periodMs); });
    }

    void pass(std::int64_t ms) {
        clock_.advanceMs(ms);
        runner_.settle();
    }

    support::FakeClock clock_;
    support::LoopRunner runner_{clock_};
    ConnectionOwner owner_{runner_, kSendLimitBytes};
};

TEST_F(TcpConnectionGatheringTest, TakesWhatCameInOncePerPeriod) {
    owner_.peer().send("one ");
    runner_.settle();
    owner_.peer().send("two");
    runner_.settle();
    EXPECT_EQ(owner_.data.times(), 0U);
    pass(kPeriodMs);
    ASSERT_TRUE(owner_.data.wait());
    EXPECT_EQ(owner_.received, "one two");
    owner_.peer().send(" three");
    runner_.settle();
    EXPECT_EQ(owner_.data.times(), 1U);
    pass(kPeriodMs);
    ASSERT_TRUE(owner_.data.wait(2));
    EXPECT_EQ(owner_.received, "one two three");
}

TEST_F(TcpConnectionGatheringTest, DoesNotLetMuchWait) {
    owner_.peer().send(std::string(1'000'000, 'x'));
    EXPECT_TRUE(owner_.data.wait());
}

TEST_F(TcpConnectionGatheringTest, NoticesTheEndAtOnceAndLosesNothing) {
    owner_.peer().send("last words");
    owner_.peer().close();
    ASSERT_TRUE(owner_.disconnected.wait());
    EXPECT_EQ(owner_.received, "last words");
}

TEST_F(TcpConnectionGatheringTest, StaysPausedWhileReadingIs) {
    owner_.with([](TcpConnection& connection) { connection.pauseReading(); });
    owner_.peer().send("wait");
    pass(kPeriodMs);
    EXPECT_EQ(owner_.data.times(), 0U);
    owner_.with([](TcpConnection& connection) { connection.resumeReading(); });
    pass(kPeriodMs);
    ASSERT_TRUE(owner_.data.wait());
    EXPECT_EQ(owner_.received, "wait");
}

TEST_F(TcpConnectionGatheringTest, EndsWithAPeriodOfZero) {
    owner_.peer().send("so far");
    gather(0);
    ASSERT_TRUE(owner_.data.wait());
    owner_.peer().send(", so good");
    ASSERT_TRUE(owner_.data.wait(2));
    EXPECT_EQ(owner_.received, "so far, so good");
}

} // namespace
} // namespace hookcast::net
