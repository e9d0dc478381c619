#include "api-server/EventStore.h"

#include "api-server/JsonText.h"
#include "base/Clock.h"

#include <gtest/gtest.h>

#include <chrono>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace hookcast::mock {
namespace {

using Names = std::vector<std::string>;

constexpr std::chrono::milliseconds kNoWait{0};
constexpr std::chrono::milliseconds kLong{50'000};

BatchedEvent event(std::uint64_t seq, const std::string& name = "stream:pulse", std::int64_t pid = 1) {
    return {name, "here", pid, seq, "{\"seq\":" + std::to_string(seq) + "}"};
}

class EventStoreTest : public ::testing::Test {
  protected:
    std::vector<std::uint64_t> listed(const EventStore::Wanted& wanted = {}) const {
        std::vector<std::uint64_t> numbers;
        for (const auto& stored : store_.events(wanted, kNoWait).events) numbers.push_back(stored->event.seq);
        return numbers;
    }

    /// As the endpoint does it.
    bool offer(const EventBatch& batch, const std::string& target = "/event/") {
        const bool fine = store_.check(target, batch).ok();
        if (fine) store_.add(target, batch);
        return fine;
    }

    base::SystemClock clock_;
    EventStore store_{{.events = 5}, clock_};
};

using Numbers = std::vector<std::uint64_t>;

TEST_F(EventStoreTest, ListsByOrderAndName) {
    EXPECT_TRUE(offer({event(10, "service:up"), event(11, "stream:create"), event(12)}));
    EXPECT_EQ(listed(), (Numbers{10, 11, 12}));
    EXPECT_EQ(listed({.after = 1}), (Numbers{11, 12}));
    EXPECT_EQ(listed({.limit = 1}), (Numbers{10}));
    EXPECT_EQ(listed({.name = "stream:*"}), (Numbers{11, 12}));
    EXPECT_EQ(listed({.name = "stream:dvr"}), Numbers());
    const EventStore::Page page = store_.events({.limit = 2}, kNoWait);
    EXPECT_EQ(page.next, 2U);
    EXPECT_EQ(page.last, 3U);
}

TEST_F(EventStoreTest, NumbersOfASenderMustRise) {
    EXPECT_TRUE(offer({event(10), event(11)}));
    EXPECT_FALSE(offer({event(9)}));
    EXPECT_TRUE(offer({event(12)}));
    EXPECT_FALSE(offer({event(11)})) << "it was not in the batch before";
    EXPECT_EQ(store_.check("/event/", {event(11)}).error().message, "seq 11 comes after 12");
    EXPECT_TRUE(offer({event(1, "service:up", 2)})) << "another process";
    EXPECT_TRUE(offer({event(1)}, "/event/?other")) << "another webhook of the same one";
}

TEST_F(EventStoreTest, WhatComesAgainIsNotListedTwice) {
    EXPECT_TRUE(offer({event(10), event(11)}));
    EXPECT_TRUE(offer({event(10), event(11)}));
    EXPECT_TRUE(offer({event(11), event(12)})) << "older ones may have been dropped meanwhile, newer ones added";
    EXPECT_EQ(listed(), (Numbers{10, 11, 12}));
    EXPECT_EQ(store_.events({}, kNoWait).repeated, 3U);
}

TEST_F(EventStoreTest, TheOldestAreDiscarded) {
    for (std::uint64_t i = 1; i <= 7; ++i) offer({event(i)});
    EXPECT_EQ(listed(), (Numbers{3, 4, 5, 6, 7}));
    EXPECT_EQ(listed({.after = 1}), (Numbers{3, 4, 5, 6, 7}));
    EXPECT_EQ(store_.events({}, kNoWait).discarded, 2U);
}

TEST_F(EventStoreTest, ClearForgetsEventsButNotWhereTheirSendersAre) {
    offer({event(10), event(11)});
    EXPECT_EQ(store_.clear(), 2U);
    EXPECT_EQ(listed(), Numbers());
    EXPECT_FALSE(offer({event(9)}));
    offer({event(12)});
    EXPECT_EQ(store_.events({}, kNoWait).last, 3U);
}

TEST_F(EventStoreTest, WaitsForSoManyOfAName) {
    offer({event(1, "stream:create")});
    std::thread adder([this] {
        offer({event(2)});
        offer({event(3, "stream:create"), event(4)});
    });
    const EventStore::Page page = store_.events({.count = 2, .name = "stream:create"}, kLong);
    adder.join();
    ASSERT_EQ(page.events.size(), 2U);
    EXPECT_EQ(page.events[1]->event.seq, 3U);
}

TEST_F(EventStoreTest, CloseEndsWaits) {
    std::thread closer([this] { store_.close(); });
    EXPECT_TRUE(store_.events({}, kLong).events.empty());
    closer.join();
    EXPECT_TRUE(store_.events({}, kLong).events.empty());
}

TEST_F(EventStoreTest, APageIsJson) {
    offer({event(10)}, "/event/?\"");
    std::ostringstream out;
    writeJson(out, store_.events({}, kNoWait));
    EXPECT_TRUE(parseJson(out.str()).ok()) << out.str();
    EXPECT_NE(out.str().find(R"("event":{"seq":10}}],"next":1,"last":1,"discarded":0,"repeated":0})"),
              std::string::npos)
        << out.str();
}

} // namespace
} // namespace hookcast::mock
