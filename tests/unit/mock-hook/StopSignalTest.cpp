#include "api-server/StopSignal.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <thread>

namespace hookcast::mock {
namespace {

/// Far above what any test takes: who waits so long has not been woken.
constexpr std::int64_t kVeryLongMs = 50'000;

class StopSignalTest : public ::testing::Test {
  protected:
    void SetUp() override { ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data()), 0); }
    void TearDown() override {
        ::close(ends_[0]);
        if (ends_[1] >= 0) ::close(ends_[1]);
    }
    void closePeer() {
        ::close(ends_[1]);
        ends_[1] = -1;
    }

    StopSignal stop_;
    std::array<int, 2> ends_{};
};

TEST_F(StopSignalTest, TimePasses) {
    EXPECT_EQ(stop_.waitWhileConnected(ends_[0], 1), WaitEnd::TimedOut);
    EXPECT_EQ(stop_.waitReadable(ends_[0], 0), WaitEnd::TimedOut);
    EXPECT_FALSE(stop_.requested());
}

TEST_F(StopSignalTest, AStopEndsWaitsRunningAndYetToCome) {
    std::thread waiter([this] { EXPECT_EQ(stop_.waitWhileConnected(ends_[0], kVeryLongMs), WaitEnd::Stopped); });
    stop_.request();
    waiter.join();
    EXPECT_TRUE(stop_.requested());
    EXPECT_EQ(stop_.waitWhileConnected(ends_[0], kVeryLongMs), WaitEnd::Stopped);
    EXPECT_EQ(stop_.waitReadable(ends_[0], kVeryLongMs), WaitEnd::Stopped);
}

TEST_F(StopSignalTest, APeerThatLeavesEndsTheWait) {
    std::thread waiter([this] { EXPECT_EQ(stop_.waitWhileConnected(ends_[0], kVeryLongMs), WaitEnd::PeerGone); });
    closePeer();
    waiter.join();
}

TEST_F(StopSignalTest, WhatThePeerSendsDoesNotEndADelay) {
    ASSERT_EQ(::send(ends_[1], "x", 1, 0), 1);
    EXPECT_EQ(stop_.waitWhileConnected(ends_[0], 1), WaitEnd::TimedOut);
    EXPECT_EQ(stop_.waitReadable(ends_[0], kVeryLongMs), WaitEnd::Readable);
}

} // namespace
} // namespace hookcast::mock
