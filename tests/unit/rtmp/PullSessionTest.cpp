#include "rtmp/PullSession.h"

#include "base/WorkerThread.h"
#include "rtmp/ChunkWriter.h"
#include "rtmp/ControlMessages.h"
#include "rtmp/Handshake.h"
#include "rtmp/Replies.h"
#include "unit/support/Event.h"
#include "unit/support/FakeClock.h"
#include "unit/support/LoopRunner.h"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::rtmp {
namespace {

/// The other side is a socket that the test reads and writes.
class PullSessionTest : public ::testing::Test, public PullLink::Owner {
  protected:
    ~PullSessionTest() override {
        runner_.run([this] { session_.reset(); });
    }

    // PullLink::Owner
    void onMedia(Message&& message) override {
        media_.push_back(std::move(message));
        if (pausesAtMedia_) session_->pause();
        came_.happen();
    }
    void onEnded(const std::string& reason) override {
        reason_ = reason;
        ended_.happen();
    }

    void start(const std::string& host) { start(host, server_.address().port()); }
    void start(const std::string& host, std::uint16_t port) {
        PullLink::Terms terms{{host, port}, {"h", "live", "cam", "1.a.b"}, {}, 20'000, 5000};
        runner_.run([&] {
            session_ = std::make_unique<PullSession>(runner_.loop(), resolver_, std::move(terms), *this);
            session_->start();
        });
    }

    void send(base::ByteSpan bytes) { socket_.sendBytes(bytes.data(), static_cast<int>(bytes.size())); }

    /// The server's part, up to the media.
    void play() {
        socket_ = server_.acceptConnection();
        ServerHandshake handshake;
        base::Bytes answer;
        for (bool done = false; !done;) {
            std::array<std::uint8_t, 4096> buffer{};
            const int size = socket_.receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
            base::ByteSpan input(buffer.data(), static_cast<std::size_t>(size));
            done = handshake.next(input, answer).value();
            send(std::exchange(answer, {}));
        }
        Replies replies(kDefaultChunkSizeBytes);
        replies.connectResult({});
        replies.result(2, Amf::number(1));
        replies.playStart();
        send(replies.bytes());
    }

    void sendPicture(std::uint8_t content) {
        base::Bytes bytes;
        appendMessage(bytes, {4, 0, MessageType::Video, 1}, base::Bytes(100, content), kDefaultChunkSizeBytes);
        send(bytes);
    }

    void pass(std::int64_t ms) {
        clock_.advanceMs(ms);
        runner_.settle();
    }

    support::FakeClock clock_;
    support::LoopRunner runner_{clock_};
    base::WorkerThread resolver_{runner_.log(), "names"};
    Poco::Net::ServerSocket server_{Poco::Net::SocketAddress("127.0.0.1", 0)};
    Poco::Net::StreamSocket socket_;
    std::unique_ptr<PullSession> session_;
    bool pausesAtMedia_ = false;
    std::vector<Message> media_;
    std::string reason_;
    support::Event came_;
    support::Event ended_;
};

TEST_F(PullSessionTest, ConnectsByNameAndHandsOutMedia) {
    start("localhost");
    play();
    sendPicture(7);
    ASSERT_TRUE(came_.wait());
    EXPECT_EQ(media_.front().payload, base::Bytes(100, 7));
    EXPECT_EQ(runner_.run([this] { return session_->peerIp(); }), "127.0.0.1");
}

TEST_F(PullSessionTest, EndsWhereNobodyListens) {
    const std::uint16_t port = server_.address().port();
    server_.close();
    start("127.0.0.1", port);
    ASSERT_TRUE(ended_.wait());
    EXPECT_NE(reason_.find("refused"), std::string::npos) << reason_;
}

TEST_F(PullSessionTest, EndsWhereNothingIsAnnounced) {
    start("127.0.0.1");
    socket_ = server_.acceptConnection();
    pass(9999);
    EXPECT_EQ(reason_, "");
    pass(1);
    ASSERT_TRUE(ended_.wait());
    EXPECT_EQ(reason_, "no media was announced within handshake_timeout");
}

TEST_F(PullSessionTest, EndsWhenNothingComesAnyMore) {
    start("127.0.0.1");
    play();
    sendPicture(7);
    ASSERT_TRUE(came_.wait());
    pass(4999);
    EXPECT_EQ(reason_, "");
    pass(1);
    ASSERT_TRUE(ended_.wait());
    EXPECT_EQ(reason_, "no media came within normal_timeout");
}

TEST_F(PullSessionTest, NothingIsToldWhilePausedAndNothingIsLost) {
    pausesAtMedia_ = true;
    start("127.0.0.1");
    play();
    for (std::uint8_t content = 1; content <= 3; ++content) sendPicture(content);
    ASSERT_TRUE(came_.wait());
    pass(60'000);
    EXPECT_EQ(media_.size(), 1U) << "no deadline runs either";
    pausesAtMedia_ = false;
    runner_.run([this] { session_->resume(); });
    ASSERT_TRUE(came_.wait(3));
    for (std::uint8_t content = 1; content <= 3; ++content)
        EXPECT_EQ(media_[content - 1].payload, base::Bytes(100, content));
    EXPECT_EQ(reason_, "");
}

TEST_F(PullSessionTest, EndsWithTheConnection) {
    start("127.0.0.1");
    play();
    socket_.close();
    ASSERT_TRUE(ended_.wait());
    EXPECT_NE(reason_, "");
}

} // namespace
} // namespace hookcast::rtmp
