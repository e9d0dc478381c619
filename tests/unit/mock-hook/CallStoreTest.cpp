#include "api-server/CallStore.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <limits>
#include <string>
#include <thread>

namespace hookcast::mock {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();
constexpr milliseconds kNoWait{0};
/// Far above what any test takes: who waits so long has not been woken.
constexpr milliseconds kVeryLong{50'000};

class CountingClock final : public base::Clock {
  public:
    std::int64_t monotonicUs() const override { return 1000 * ++milliseconds_; }
    std::int64_t unixUs() const override { return 1'700'000'000'000'000; }

  private:
    mutable std::atomic<std::int64_t> milliseconds_ = 0;
};

Call callOf(const std::string& body) {
    Call call;
    call.request.body = body;
    return call;
}

std::vector<std::uint64_t> ordersOf(const CallStore::Page& page) {
    std::vector<std::uint64_t> orders;
    for (const auto& call : page.calls) orders.push_back(call->order);
    return orders;
}

class CallStoreTest : public ::testing::Test {
  protected:
    CountingClock clock_;
    CallStore store_{{.calls = 5}, clock_};
};

TEST_F(CallStoreTest, GivesOrderAndTimes) {
    EXPECT_EQ(store_.add(callOf("a")), 1U);
    EXPECT_EQ(store_.add(callOf("b")), 2U);
    const CallStore::Page page = store_.callsAfter(0, kAll, kNoWait);
    ASSERT_THAT(ordersOf(page), ElementsAre(1, 2));
    EXPECT_EQ(page.calls[0]->request.body, "a");
    EXPECT_EQ(page.calls[0]->monotonicMs, 1);
    EXPECT_EQ(page.calls[1]->monotonicMs, 2);
    EXPECT_THAT(page.calls[0]->time, ::testing::MatchesRegex("20..-..-..T..:..:..[.]......Z"));
    EXPECT_LE(page.calls[0]->time, page.calls[1]->time);
}

TEST_F(CallStoreTest, GoesOnWhereThePageEnded) {
    for (int i = 0; i < 5; ++i) store_.add(callOf(""));
    const CallStore::Page first = store_.callsAfter(0, 2, kNoWait);
    EXPECT_THAT(ordersOf(first), ElementsAre(1, 2));
    EXPECT_EQ(first.next, 2U);
    EXPECT_EQ(first.last, 5U);
    const CallStore::Page second = store_.callsAfter(first.next, kAll, kNoWait);
    EXPECT_THAT(ordersOf(second), ElementsAre(3, 4, 5));
    EXPECT_EQ(second.next, 5U);
    const CallStore::Page third = store_.callsAfter(second.next, kAll, kNoWait);
    EXPECT_THAT(ordersOf(third), IsEmpty());
    EXPECT_EQ(third.next, 5U);
    EXPECT_THAT(ordersOf(store_.callsAfter(99, kAll, kNoWait)), IsEmpty());
    EXPECT_THAT(ordersOf(store_.callsAfter(std::numeric_limits<std::uint64_t>::max(), kAll, kNoWait)), IsEmpty());
}

TEST_F(CallStoreTest, ALimitOfNoneTellsTheLastWithoutWaiting) {
    const CallStore::Page page = store_.callsAfter(0, 0, kVeryLong);
    EXPECT_THAT(ordersOf(page), IsEmpty());
    EXPECT_EQ(page.last, 0U);
}

TEST_F(CallStoreTest, DiscardsTheOldestPastTheLimit) {
    for (int i = 0; i < 8; ++i) store_.add(callOf(""));
    const CallStore::Page page = store_.callsAfter(1, kAll, kNoWait);
    EXPECT_THAT(ordersOf(page), ElementsAre(4, 5, 6, 7, 8));
    EXPECT_EQ(page.discarded, 3U);
}

TEST(CallStore, DiscardsTheOldestPastTheBytes) {
    const CountingClock clock;
    const std::size_t each = sizeBytes(callOf(std::string(1000, 'x'))) + 27; // with its time
    CallStore store({.calls = 100, .bytes = 3 * each}, clock);
    for (int i = 0; i < 5; ++i) store.add(callOf(std::string(1000, 'x')));
    EXPECT_THAT(ordersOf(store.callsAfter(0, kAll, kNoWait)), ElementsAre(3, 4, 5));
    store.add(callOf(std::string(100 * each, 'x')));
    EXPECT_THAT(ordersOf(store.callsAfter(0, kAll, kNoWait)), ElementsAre(6)) << "the newest is always kept";
    store.add(callOf(""));
    const CallStore::Page page = store.callsAfter(0, kAll, kNoWait);
    EXPECT_THAT(ordersOf(page), ElementsAre(7));
    EXPECT_EQ(page.discarded, 6U);
}

TEST_F(CallStoreTest, ClearForgetsTheCallsButNotTheOrder) {
    store_.add(callOf(""));
    store_.add(callOf(""));
    EXPECT_EQ(store_.clear(), 2U);
    EXPECT_EQ(store_.clear(), 0U);
    const CallStore::Page empty = store_.callsAfter(0, kAll, kNoWait);
    EXPECT_THAT(ordersOf(empty), IsEmpty());
    EXPECT_EQ(empty.last, 2U);
    EXPECT_EQ(empty.discarded, 0U);
    EXPECT_EQ(store_.add(callOf("")), 3U);
    EXPECT_THAT(ordersOf(store_.callsAfter(0, kAll, kNoWait)), ElementsAre(3));
}

TEST(CallStore, ClearGivesTheBytesBack) {
    const CountingClock clock;
    const std::size_t each = sizeBytes(callOf(std::string(1000, 'x'))) + 27;
    CallStore store({.calls = 100, .bytes = 2 * each}, clock);
    for (int i = 0; i < 2; ++i) store.add(callOf(std::string(1000, 'x')));
    store.clear();
    for (int i = 0; i < 2; ++i) store.add(callOf(std::string(1000, 'x')));
    EXPECT_THAT(ordersOf(store.callsAfter(0, kAll, kNoWait)), ElementsAre(3, 4));
}

TEST_F(CallStoreTest, WaitsNoLongerThanAsked) {
    const CallStore::Page page = store_.callsAfter(0, kAll, milliseconds(1));
    EXPECT_THAT(ordersOf(page), IsEmpty());
}

// Each side waits for the other's call before it adds its own, so that every round has somebody asleep to wake.
TEST(CallStore, ACallWakesWhoWaitsForIt) {
    constexpr std::uint64_t kRounds = 200;
    const CountingClock clock;
    CallStore there({.calls = 1}, clock);
    CallStore back({.calls = 1}, clock);
    std::thread echo([&] {
        for (std::uint64_t round = 0; round < kRounds; ++round) {
            there.callsAfter(round, kAll, kVeryLong);
            back.add(callOf(""));
        }
    });
    const auto start = std::chrono::steady_clock::now();
    for (std::uint64_t round = 0; round < kRounds; ++round) {
        there.add(callOf(""));
        EXPECT_THAT(ordersOf(back.callsAfter(round, kAll, kVeryLong)), ElementsAre(round + 1));
        if (HasFailure()) break;
    }
    there.close();
    echo.join();
    EXPECT_LT(std::chrono::steady_clock::now() - start, kVeryLong);
}

TEST_F(CallStoreTest, ClearLeavesWaitersWaiting) {
    store_.add(callOf(""));
    std::thread poller([this] {
        // Only the order above 1 may end this wait, however often the list is emptied meanwhile.
        EXPECT_THAT(ordersOf(store_.callsAfter(1, kAll, kVeryLong)), ElementsAre(2));
    });
    for (int i = 0; i < 100; ++i) store_.clear();
    store_.add(callOf(""));
    poller.join();
}

TEST_F(CallStoreTest, CloseEndsEveryWait) {
    const auto start = std::chrono::steady_clock::now();
    std::thread poller([this] { EXPECT_THAT(ordersOf(store_.callsAfter(0, kAll, kVeryLong)), IsEmpty()); });
    store_.close();
    poller.join();
    EXPECT_THAT(ordersOf(store_.callsAfter(0, kAll, kVeryLong)), IsEmpty()) << "also of those that come later";
    EXPECT_LT(std::chrono::steady_clock::now() - start, kVeryLong);
}

} // namespace
} // namespace hookcast::mock
