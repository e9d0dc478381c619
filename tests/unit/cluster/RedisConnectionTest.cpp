// A Redis that answers too slowly, and one that is none: a server of the test's that says what it is told.
#include "cluster/RedisConnection.h"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Timespan.h>
#include <gmock/gmock.h>

#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

namespace hookcast::cluster {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kTimeoutMs = 300;

/// Answers whoever comes first with one text, whatever he asks.
class FixedAnswer {
  public:
    /// `dripped`: a byte at a time, over and over again, until the client has gone.
    FixedAnswer(std::string text, bool dripped) : text_(std::move(text)), dripped_(dripped) {}
    ~FixedAnswer() { thread_.join(); }
    FixedAnswer(const FixedAnswer&) = delete;
    FixedAnswer& operator=(const FixedAnswer&) = delete;

    config::RedisAddress address() const {
        config::RedisAddress address;
        address.host = "127.0.0.1";
        address.port = listener_.address().port();
        return address;
    }

  private:
    void serve() {
        Poco::Net::StreamSocket client = listener_.acceptConnection();
        try {
            client.sendBytes(text_.data(), static_cast<int>(text_.size()));
            if (!dripped_) client.shutdownSend();
            while (dripped_ && !hasGone(client)) client.sendBytes("x", 1);
            while (!dripped_ && !hasGone(client)) {
            }
        } catch (const Poco::Exception&) {
            return; // the client has gone
        }
    }

    /// After it has had a moment for that.
    static bool hasGone(Poco::Net::StreamSocket& client) {
        constexpr int kMomentUs = 10'000;
        if (!client.poll(Poco::Timespan(kMomentUs), Poco::Net::Socket::SELECT_READ)) return false;
        std::string asked(4096, '\0');
        return client.receiveBytes(asked.data(), static_cast<int>(asked.size())) == 0;
    }

    // given
    std::string text_;
    bool dripped_;
    // owned
    Poco::Net::ServerSocket listener_{Poco::Net::SocketAddress("127.0.0.1", 0)};
    std::thread thread_{[this] { serve(); }};
};

std::string failureOf(const std::string& answer, bool dripped = false) {
    const FixedAnswer server(answer, dripped);
    try {
        RedisConnection connection(server.address(), "", kTimeoutMs);
        connection.call({"PING"});
        return "none";
    } catch (const Poco::Exception& e) {
        return e.displayText();
    } catch (const std::exception& e) {
        return e.what();
    }
}

TEST(RedisConnection, DoesNotWaitForAnAnswerThatNeverEnds) {
    EXPECT_EQ(failureOf("$100000\r\n", true), "no whole answer in time");
    EXPECT_EQ(failureOf("+", true), "no whole answer in time");
    EXPECT_EQ(failureOf("*100000\r\n$100000\r\n", true), "no whole answer in time");
    EXPECT_EQ(failureOf("", true), "no whole answer in time");
}

TEST(RedisConnection, SaysWhatIsWrong) {
    EXPECT_EQ(failureOf("-LOADING Redis is loading the dataset in memory\r\n"),
              "LOADING Redis is loading the dataset in memory");
    EXPECT_EQ(failureOf(""), "the server has closed the connection");
    EXPECT_EQ(failureOf("*2\r\n+only one\r\n"), "the server has closed the connection");
    EXPECT_THAT(failureOf("HTTP/1.1 400 Bad Request\r\n\r\n"), HasSubstr("no answer of a Redis"));
    EXPECT_EQ(failureOf("+PONG\r\n"), "none");
}

TEST(RedisConnection, DoesNotFollowListsWithoutEnd) {
    std::string lists;
    for (int i = 0; i < 1'000'000; ++i) lists += "*1\r\n";
    EXPECT_EQ(failureOf(lists), "an answer of the Redis is too deep");
}

} // namespace
} // namespace hookcast::cluster
