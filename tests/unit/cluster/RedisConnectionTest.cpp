// A Redis that answers too slowly, and one that is none: a server of the test's that says what it is told.
#include "cluster/RedisConnection.h"

#include "unit/cluster/FixedAnswer.h"

#include <Poco/Exception.h>
#include <gmock/gmock.h>

#include <cstdint>
#include <exception>
#include <string>

namespace hookcast::cluster {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kTimeoutMs = 300;

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
