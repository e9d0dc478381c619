#include "net/TcpConnection.h"

#include "unit/net/ConnectionOwner.h"
#include "unit/support/FakeClock.h"

#include <gtest/gtest.h>

namespace hookcast::net {
namespace {

constexpr std::size_t kSendLimitBytes = 1024 * 1024;
constexpr std::int64_t kLingerMs = 2000;

/// closeAfterSending(): the last words arrive, whatever the peer does meanwhile.
class TcpConnectionClosingTest : public ::testing::Test {
  protected:
    /// Sends more than the kernel holds while the peer does not read.
    std::string sendMoreThanFits() {
        const std::string piece(10'000, 'x');
        std::string sent;
        owner_.with([&](TcpConnection& connection) {
            while (connection.pendingBytes() < 100'000) {
                EXPECT_TRUE(connection.send(base::asBytes(piece)));
                sent += piece;
            }
        });
        return sent;
    }

    void closeAfterSending() {
        owner_.with([](TcpConnection& connection) { connection.closeAfterSending(kLingerMs); });
    }

    support::FakeClock clock_;
    support::LoopRunner runner_{clock_};
    ConnectionOwner owner_{runner_, kSendLimitBytes};
};

TEST_F(TcpConnectionClosingTest, SaysGoodbyeAndClosesWhenThePeerDoes) {
    owner_.with([](TcpConnection& connection) {
        EXPECT_TRUE(connection.send(base::asBytes("bye")));
        connection.closeAfterSending(kLingerMs);
        EXPECT_TRUE(connection.isClosing());
        EXPECT_TRUE(connection.isOpen());
    });
    EXPECT_EQ(owner_.peer().receiveToEnd(), "bye");
    EXPECT_EQ(owner_.disconnected.times(), 0U) << "the peer has not closed yet";
    owner_.peer().close();
    ASSERT_TRUE(owner_.disconnected.wait());
    runner_.settle();
    EXPECT_EQ(owner_.reasons, std::vector<std::string>{"closed"});
}

TEST_F(TcpConnectionClosingTest, UnreadInputDoesNotCostThePeerTheLastWords) {
    owner_.with([](TcpConnection& connection) { connection.pauseReading(); });
    owner_.peer().send(std::string(8000, 'u'));
    owner_.with([](TcpConnection& connection) {
        EXPECT_TRUE(connection.send(base::asBytes("bye")));
        connection.closeAfterSending(kLingerMs);
    });
    EXPECT_EQ(owner_.peer().receiveToEnd(), "bye") << "and no reset";
    owner_.peer().send(std::string(8000, 'v'));
    owner_.peer().close();
    ASSERT_TRUE(owner_.disconnected.wait());
    EXPECT_EQ(owner_.data.times(), 0U) << "what comes after the goodbye is discarded";
}

TEST_F(TcpConnectionClosingTest, WhatIsPendingGoesFirst) {
    const std::string sent = sendMoreThanFits();
    closeAfterSending();
    EXPECT_TRUE(owner_.peer().receiveToEnd() == sent);
    EXPECT_EQ(owner_.writable.times(), 0U) << "nobody is asked for more";
    owner_.peer().close();
    ASSERT_TRUE(owner_.disconnected.wait());
}

TEST_F(TcpConnectionClosingTest, APeerThatSendsNoMoreStillReadsWhatIsPending) {
    const std::string sent = sendMoreThanFits();
    closeAfterSending();
    owner_.peer().shutdownSend();
    runner_.settle();
    EXPECT_TRUE(owner_.peer().receiveToEnd() == sent);
    ASSERT_TRUE(owner_.disconnected.wait());
    EXPECT_EQ(owner_.reasons, std::vector<std::string>{"closed"});
}

TEST_F(TcpConnectionClosingTest, APeerThatSendsBeforeItReadsDoesNotWaitForEver) {
    owner_.with([](TcpConnection& connection) { connection.pauseReading(); });
    const std::string sent = sendMoreThanFits();
    closeAfterSending();
    owner_.peer().send(std::string(8'000'000, 'u'));
    EXPECT_TRUE(owner_.peer().receiveToEnd() == sent);
}

TEST_F(TcpConnectionClosingTest, APeerThatNeverClosesIsLeftAfterTheLinger) {
    closeAfterSending();
    EXPECT_EQ(owner_.peer().receiveToEnd(), "");
    clock_.advanceMs(kLingerMs - 1);
    runner_.settle();
    EXPECT_EQ(owner_.disconnected.times(), 0U);
    clock_.advanceMs(1);
    runner_.settle();
    ASSERT_TRUE(owner_.disconnected.wait());
    EXPECT_EQ(owner_.reasons, std::vector<std::string>{"closed"});
}

TEST_F(TcpConnectionClosingTest, APeerThatNeverReadsIsLeftAfterTheLinger) {
    sendMoreThanFits();
    closeAfterSending();
    clock_.advanceMs(kLingerMs);
    runner_.settle();
    ASSERT_TRUE(owner_.disconnected.wait());
}

TEST_F(TcpConnectionClosingTest, TheSecondTimeChangesNothing) {
    closeAfterSending();
    clock_.advanceMs(kLingerMs - 1);
    closeAfterSending();
    clock_.advanceMs(1);
    runner_.settle();
    ASSERT_TRUE(owner_.disconnected.wait()) << "the first linger counts";
    EXPECT_EQ(owner_.reasons.size(), 1U);
}

TEST_F(TcpConnectionClosingTest, NothingIsSentBehindTheGoodbye) {
    owner_.with([](TcpConnection& connection) {
        EXPECT_TRUE(connection.send(base::asBytes("bye")));
        connection.closeAfterSending(kLingerMs);
        EXPECT_TRUE(connection.send(base::asBytes("more")));
        const std::string text = "more";
        const iovec range{const_cast<char*>(text.data()), text.size()};
        EXPECT_EQ(connection.writeSome({&range, 1}), 0U);
    });
    EXPECT_EQ(owner_.peer().receiveToEnd(), "bye");
}

TEST_F(TcpConnectionClosingTest, AResetIsToldOnce) {
    sendMoreThanFits();
    closeAfterSending();
    owner_.peer().reset();
    ASSERT_TRUE(owner_.disconnected.wait());
    clock_.advanceMs(kLingerMs);
    runner_.settle();
    EXPECT_EQ(owner_.reasons.size(), 1U);
}

TEST_F(TcpConnectionClosingTest, MayBeDestroyedWhileItLingers) {
    owner_.with([&](TcpConnection& connection) {
        connection.closeAfterSending(kLingerMs);
        owner_.destroyConnection();
    });
    clock_.advanceMs(kLingerMs);
    runner_.settle();
    EXPECT_TRUE(owner_.reasons.empty());
}

} // namespace
} // namespace hookcast::net
