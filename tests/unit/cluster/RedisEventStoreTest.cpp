// A Redis that answers otherwise than the scripts do: a server of the test's that says what it is told.
#include "cluster/RedisEventStore.h"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <gtest/gtest.h>

#include <array>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace hookcast::cluster {
namespace {

/// Two hashes of scripts, and whatever the script is to answer.
constexpr const char* kHashes = "+1\r\n+2\r\n";

/// Tells each client in turn one text, and waits until it has gone.
class OddRedis {
  public:
    OddRedis(std::string text, int clients)
        : text_(std::move(text)), listener_(Poco::Net::SocketAddress("127.0.0.1", 0)), thread_([this, clients] {
              for (int i = 0; i < clients; ++i) tell();
          }) {}
    ~OddRedis() { thread_.join(); }
    OddRedis(const OddRedis&) = delete;
    OddRedis& operator=(const OddRedis&) = delete;

    RedisPlace place() const {
        RedisPlace place;
        place.server.host = "127.0.0.1";
        place.server.port = listener_.address().port();
        place.keyPrefix = "test";
        return place;
    }

  private:
    void tell() {
        Poco::Net::StreamSocket client = listener_.acceptConnection();
        client.sendBytes(text_.data(), static_cast<int>(text_.size()));
        std::array<char, 4096> asked{};
        try {
            while (client.receiveBytes(asked.data(), static_cast<int>(asked.size())) > 0) continue;
        } catch (const Poco::Exception&) {
            return; // it has gone, too
        }
    }

    std::string text_;
    Poco::Net::ServerSocket listener_;
    std::thread thread_;
};

std::string listOf(const std::vector<std::string>& words) {
    std::string text = "*" + std::to_string(words.size()) + "\r\n";
    for (const std::string& word : words) text += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
    return text;
}

std::string reasonOfTurn(const std::string& answer) {
    const OddRedis redis(kHashes + answer, 1);
    RedisEventStore store(redis.place());
    try {
        store.serve("w", {});
        return {};
    } catch (const std::exception& e) {
        return RedisConnection::reasonOf(e);
    }
}

TEST(RedisEventStoreTest, ReadsATurn) {
    const OddRedis redis(kHashes + listOf({"b", "3", "4", "a/1", "17", "2", "9-0", "a", "{}", "9-1", "b", "text"}), 1);
    RedisEventStore store(redis.place());
    const EventStore::TurnOutcome outcome = store.serve("w", {});
    EXPECT_EQ(outcome.standing.birth, "b");
    EXPECT_EQ(outcome.standing.waiting, 3U);
    EXPECT_EQ(outcome.standing.told, 4U);
    EXPECT_EQ(outcome.holder, "a/1");
    EXPECT_EQ(outcome.beat, "17");
    EXPECT_EQ(outcome.strange, 2U);
    ASSERT_EQ(outcome.entries.size(), 2U);
    EXPECT_EQ(outcome.entries[1].name.id, "9-1");
    EXPECT_EQ(outcome.entries[1].name.node, "b");
    EXPECT_EQ(outcome.entries[1].text, "text");
}

TEST(RedisEventStoreTest, AnyOtherAnswerIsAnError) {
    for (const std::string& answer :
         {std::string(":5\r\n"), std::string("$-1\r\n"), std::string("*-1\r\n"), std::string("*0\r\n"),
          std::string("+OK\r\n"), std::string("-OOM command not allowed\r\n"), std::string("HTTP/1.1 400 Bad\r\n\r\n"),
          std::string("*6\r\n:1\r\n:2\r\n:3\r\n:4\r\n:5\r\n:6\r\n"), std::string("*1\r\n*1\r\n+x\r\n"),
          listOf({"b", "3", "4", "a", "1"}), listOf({"b", "3", "4", "a", "1", "0", "id"}),
          listOf({"b", "3", "4", "a", "1", "0", "id", "node"}), listOf({"b", "x", "4", "a", "1", "0"}),
          listOf({"b", "-3", "4", "a", "1", "0"}), listOf({"b", "3", "", "a", "1", "0"}),
          listOf({"b", "3", "99999999999999999999", "a", "1", "0"}), listOf({"b", "3", "4", "a", "1", "many"})})
        EXPECT_NE(reasonOfTurn(answer), "") << answer;
}

TEST(RedisEventStoreTest, AnAdditionsAnswerHasFourWords) {
    for (const std::string& answer : {listOf({"b", "3", "4"}), listOf({"b", "3", "4", "0", "0"}), listOf({})}) {
        const OddRedis redis(kHashes + answer, 1);
        RedisEventStore store(redis.place());
        EXPECT_THROW(store.add("w", {}), std::exception) << answer;
    }
    const OddRedis redis(kHashes + listOf({"b", "3", "4", "2"}), 1);
    RedisEventStore store(redis.place());
    EXPECT_EQ(store.add("w", {}).pushedOut, 2U);
}

TEST(RedisEventStoreTest, AfterAnErrorItConnectsAgain) {
    const OddRedis redis(std::string(kHashes) + "-WRONGTYPE of something\r\n", 2);
    RedisEventStore store(redis.place());
    EXPECT_THROW(store.serve("one", {}), std::exception);
    EXPECT_THROW(store.serve("another", {}), std::exception);
}

TEST(RedisEventStoreTest, WhoCannotBeReachedIsNotCalledForEachWebhook) {
    RedisPlace nowhere;
    nowhere.server.host = "127.0.0.1";
    nowhere.server.port = 1;
    RedisEventStore store(nowhere);
    EXPECT_THROW(store.serve("one", {}), std::exception);
    EXPECT_THROW(store.serve("another", {}), std::exception);
    store.allowToConnect();
    EXPECT_THROW(store.serve("one", {}), std::exception) << "nobody is there still";
}

} // namespace
} // namespace hookcast::cluster
