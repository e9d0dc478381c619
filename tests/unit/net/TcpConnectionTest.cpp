#include "net/TcpConnection.h"

#include "base/Clock.h"
#include "unit/net/ConnectionOwner.h"

#include <gtest/gtest.h>

#include <array>
#include <stdexcept>

namespace hookcast::net {
namespace {

constexpr std::size_t kSendLimitBytes = 64 * 1024;

/// Text in which no two places look alike for long.
std::string pattern(std::size_t size) {
    std::string text;
    for (std::size_t i = 0; text.size() < size; ++i) text += std::to_string(i) + ",";
    text.resize(size);
    return text;
}

class TcpConnectionTest : public ::testing::Test {
  protected:
    base::SystemClock clock_;
    support::LoopRunner runner_{clock_};
    ConnectionOwner owner_{runner_, kSendLimitBytes};
};

TEST_F(TcpConnectionTest, KnowsItsPeer) {
    owner_.with([&](TcpConnection& connection) {
        EXPECT_EQ(connection.peerIp(), "127.0.0.1");
        EXPECT_EQ(connection.peerPort(), owner_.peer().port());
        EXPECT_TRUE(connection.isOpen());
        EXPECT_FALSE(connection.isClosing());
    });
}

TEST_F(TcpConnectionTest, DeliversAndCountsWhatComes) {
    const std::string text = pattern(3 * Loop::kReadBufferBytes / 2);
    owner_.peer().send(text);
    owner_.peer().shutdownSend();
    ASSERT_TRUE(owner_.disconnected.wait());
    EXPECT_TRUE(owner_.received == text);
    owner_.with([&](TcpConnection& connection) { EXPECT_EQ(connection.receivedBytes(), text.size()); });
}

TEST_F(TcpConnectionTest, SendsAndCounts) {
    EXPECT_TRUE(owner_.send("hello "));
    EXPECT_TRUE(owner_.send(""));
    EXPECT_TRUE(owner_.send("you"));
    EXPECT_EQ(owner_.peer().receive(9), "hello you");
    owner_.with([](TcpConnection& connection) {
        EXPECT_EQ(connection.sentBytes(), 9U);
        EXPECT_EQ(connection.pendingBytes(), 0U);
    });
}

TEST_F(TcpConnectionTest, RefusesWhatExceedsTheSendLimitAndQueuesNothingOfIt) {
    const std::string piece = pattern(1000);
    std::string accepted;
    const bool refused = owner_.with([&](TcpConnection& connection) {
        for (int i = 0; i < 100'000; ++i) {
            const std::size_t before = connection.pendingBytes();
            if (!connection.send(base::asBytes(piece))) {
                EXPECT_EQ(connection.pendingBytes(), before);
                EXPECT_GT(before + piece.size(), kSendLimitBytes);
                return true;
            }
            accepted += piece;
            EXPECT_LE(connection.pendingBytes(), kSendLimitBytes);
        }
        return false;
    });
    ASSERT_TRUE(refused) << "the peer does not read";
    EXPECT_TRUE(owner_.peer().receive(accepted.size()) == accepted);
    ASSERT_TRUE(owner_.writable.wait());
    EXPECT_TRUE(owner_.send("more")) << "there is room again";
    EXPECT_EQ(owner_.peer().receive(4), "more");
    for (const std::size_t pending : owner_.pendingWhenWritable) EXPECT_EQ(pending, 0U);
}

TEST_F(TcpConnectionTest, RefusesASingleSendOverTheLimit) {
    EXPECT_FALSE(owner_.send(pattern(kSendLimitBytes + 1)));
    EXPECT_TRUE(owner_.send(pattern(kSendLimitBytes)));
    EXPECT_TRUE(owner_.peer().receive(kSendLimitBytes) == pattern(kSendLimitBytes));
}

TEST_F(TcpConnectionTest, WritesPartOfWhatAFullPeerIsOfferedAndTheRestWhenThereIsRoom) {
    const std::string text = pattern(4'000'000);
    std::size_t written = 0;
    int partialWrites = 0;
    const auto writeMore = [&](TcpConnection& connection) {
        while (written < text.size()) {
            const base::ByteSpan rest = base::asBytes(text).subspan(written);
            const base::ByteSpan first = rest.first(rest.size() / 2);
            const base::ByteSpan second = rest.subspan(first.size());
            const std::array<iovec, 2> ranges = {{{const_cast<std::uint8_t*>(first.data()), first.size()},
                                                  {const_cast<std::uint8_t*>(second.data()), second.size()}}};
            const std::size_t taken = connection.writeSome(ranges);
            written += taken;
            if (taken == rest.size()) return;
            ++partialWrites;
            return;
        }
    };
    owner_.with([&](TcpConnection& connection) {
        owner_.whenWritable = [&] { writeMore(connection); };
        writeMore(connection);
    });
    EXPECT_TRUE(owner_.peer().receive(text.size()) == text);
    owner_.with([&](TcpConnection& connection) {
        EXPECT_EQ(written, text.size());
        EXPECT_EQ(connection.sentBytes(), text.size());
        EXPECT_EQ(connection.pendingBytes(), 0U) << "writeSome() keeps nothing";
    });
    EXPECT_GT(partialWrites, 1);
}

TEST_F(TcpConnectionTest, DeliversNothingWhilePaused) {
    owner_.with([](TcpConnection& connection) {
        connection.pauseReading();
        connection.pauseReading();
    });
    owner_.peer().send("early");
    runner_.settle();
    EXPECT_EQ(owner_.data.times(), 0U);
    owner_.with([](TcpConnection& connection) {
        connection.resumeReading();
        connection.resumeReading();
    });
    ASSERT_TRUE(owner_.data.wait());
    runner_.run([&] { EXPECT_EQ(owner_.received, "early"); });
}

TEST_F(TcpConnectionTest, MayPauseFromWithinItsData) {
    owner_.with([&](TcpConnection& connection) { owner_.whenData = [&] { connection.pauseReading(); }; });
    owner_.peer().send("one");
    ASSERT_TRUE(owner_.data.wait());
    owner_.peer().send("two");
    runner_.settle();
    EXPECT_EQ(owner_.data.times(), 1U);
    owner_.with([](TcpConnection& connection) { connection.resumeReading(); });
    ASSERT_TRUE(owner_.data.wait(2));
}

TEST_F(TcpConnectionTest, TellsThatThePeerClosed) {
    owner_.peer().close();
    ASSERT_TRUE(owner_.disconnected.wait());
    EXPECT_EQ(owner_.reasons, std::vector<std::string>{"peer closed the connection"});
}

TEST_F(TcpConnectionTest, TellsOfAResetOnceHoweverManyWritesFail) {
    owner_.with([&](TcpConnection& connection) {
        owner_.peer().reset();
        for (int i = 0; i < 10; ++i) EXPECT_TRUE(connection.send(base::asBytes("x")));
    });
    ASSERT_TRUE(owner_.disconnected.wait());
    runner_.settle();
    EXPECT_EQ(owner_.reasons, std::vector<std::string>{"connection reset by peer"});
}

TEST_F(TcpConnectionTest, WhatCameBeforeAResetIsReadAlthoughReadsAreGathered) {
    owner_.with([&](TcpConnection& connection) {
        connection.gatherReads(600'000);
        owner_.peer().send("last words");
        owner_.peer().reset();
    });
    ASSERT_TRUE(owner_.disconnected.wait());
    EXPECT_EQ(owner_.received, "last words");
    EXPECT_EQ(owner_.reasons, std::vector<std::string>{"connection reset by peer"});
}

TEST_F(TcpConnectionTest, WhatCameBeforeAResetIsReadAlthoughAWriteHasFailed) {
    owner_.with([&](TcpConnection& connection) {
        connection.gatherReads(600'000);
        owner_.peer().send("last words");
        owner_.peer().reset();
        EXPECT_TRUE(connection.send(base::asBytes("x")));
    });
    ASSERT_TRUE(owner_.disconnected.wait());
    EXPECT_EQ(owner_.received, "last words");
    EXPECT_EQ(owner_.reasons, std::vector<std::string>{"connection reset by peer"});
}

TEST_F(TcpConnectionTest, NoticesAResetWhilePaused) {
    owner_.with([](TcpConnection& connection) { connection.pauseReading(); });
    owner_.peer().reset();
    ASSERT_TRUE(owner_.disconnected.wait());
    EXPECT_EQ(owner_.reasons, std::vector<std::string>{"connection reset by peer"});
}

TEST_F(TcpConnectionTest, NoticesAResetWhileOutputWaits) {
    owner_.with([](TcpConnection& connection) {
        connection.pauseReading();
        while (connection.pendingBytes() == 0) EXPECT_TRUE(connection.send(base::asBytes(pattern(10'000))));
    });
    owner_.peer().reset();
    ASSERT_TRUE(owner_.disconnected.wait());
    runner_.settle();
    EXPECT_EQ(owner_.reasons.size(), 1U);
}

TEST_F(TcpConnectionTest, BadNewsOfAWriteComesFromTheLoopNotFromTheCall) {
    owner_.with([&](TcpConnection& connection) {
        owner_.peer().reset();
        const std::string text = "x";
        const iovec range{const_cast<char*>(text.data()), text.size()};
        while (connection.writeSome({&range, 1}) > 0) {
        }
        EXPECT_TRUE(owner_.reasons.empty());
        EXPECT_TRUE(connection.isOpen());
    });
    ASSERT_TRUE(owner_.disconnected.wait());
}

TEST_F(TcpConnectionTest, MayBeDestroyedWithBadNewsUnderWay) {
    owner_.with([&](TcpConnection& connection) {
        owner_.peer().reset();
        EXPECT_TRUE(connection.send(base::asBytes("x")));
        owner_.destroyConnection();
    });
    runner_.settle();
    EXPECT_TRUE(owner_.reasons.empty());
}

TEST_F(TcpConnectionTest, AfterCloseNothingIsToldOrSent) {
    owner_.with([&](TcpConnection& connection) {
        connection.close();
        connection.close();
        EXPECT_FALSE(connection.isOpen());
        EXPECT_TRUE(connection.send(base::asBytes("x")));
        EXPECT_EQ(connection.pendingBytes(), 0U);
        const iovec range{nullptr, 0};
        EXPECT_EQ(connection.writeSome({&range, 1}), 0U);
        connection.pauseReading();
        connection.resumeReading();
        connection.closeAfterSending(1);
        connection.setNoDelay(true);
    });
    EXPECT_EQ(owner_.peer().receiveToEnd(), "");
    runner_.settle();
    EXPECT_TRUE(owner_.reasons.empty());
}

TEST_F(TcpConnectionTest, MayBeClosedFromWithinItsData) {
    owner_.with([&](TcpConnection& connection) { owner_.whenData = [&] { connection.close(); }; });
    owner_.peer().send("one");
    ASSERT_TRUE(owner_.data.wait());
    EXPECT_EQ(owner_.peer().receiveToEnd(), "");
    runner_.settle();
    EXPECT_TRUE(owner_.reasons.empty());
}

TEST_F(TcpConnectionTest, AnExceptionOfItsOwnerEndsIt) {
    owner_.with([&](TcpConnection&) { owner_.whenData = [] { throw std::runtime_error("broken owner"); }; });
    owner_.peer().send("one");
    ASSERT_TRUE(owner_.disconnected.wait());
    EXPECT_EQ(owner_.reasons, std::vector<std::string>{"internal error: broken owner"});
    EXPECT_THROW(
        {
            owner_.peer().receiveToEnd();
            throw std::runtime_error("closed without a reset");
        },
        std::exception);
}

} // namespace
} // namespace hookcast::net
