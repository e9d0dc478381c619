#include "unit/spool/SpoolHome.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

namespace hookcast::spool {
namespace {

using hooks::HookAction;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class DiskSpoolTest : public SpoolHome {};

TEST_F(DiskSpoolTest, WhatIsLeftIsReadInOrderAndOnceToldNotAnyMore) {
    begin();
    std::vector<hooks::SpoolNumber> numbers;
    for (const char* client : {"a", "b", "c"}) {
        numbers.push_back(spool_->owe(event(HookAction::Stop, client, client), targets("http://x"), 0));
        spool_->leave(numbers.back(), 0, "http://x", 0);
    }
    EXPECT_THAT(owedIds("http://x"), ElementsAre("a", "b", "c"));
    EXPECT_THAT(owedIds("http://y"), IsEmpty());
    spool_->settle(numbers[1], true);
    spool_->leave(numbers[0], 0, "http://x", 1);
    EXPECT_THAT(owedIds("http://x"), ElementsAre("c", "a")) << "who was tried least comes first";
    const auto told = entries();
    ASSERT_THAT(told, SizeIs(3));
    EXPECT_EQ(told[1].state, "told");
    EXPECT_EQ(told[0].attempts, 1U);
}

TEST_F(DiskSpoolTest, UnlessTheyAreNeededItsFilesAreMadeWithTheFirstEvent) {
    terms_.isNeeded = false;
    begin();
    EXPECT_THAT(owedIds("http://x"), IsEmpty());
    EXPECT_FALSE(std::filesystem::exists(terms_.path + ".db"));
    const auto stop = spool_->owe(event(HookAction::Stop, "a", "stop"), targets("http://x"), 0);
    spool_->leave(stop, 0, "http://x", 0);
    while (!spool_->figures().isOnDisk) std::this_thread::yield();
    EXPECT_THAT(owedIds("http://x"), ElementsAre("stop"));
    spool_.reset();
    begin();
    EXPECT_TRUE(spool_->figures().isOnDisk) << "they are there";
    EXPECT_THAT(owedIds("http://x"), ElementsAre("stop"));
}

TEST_F(DiskSpoolTest, OfOneClientTheOlderEventComesFirstWhateverItsUrl) {
    begin();
    const auto first = spool_->owe(event(HookAction::Stop, "a", "stop"), targets("http://x"), 0);
    const auto second = spool_->owe(event(HookAction::Close, "a", "close"), targets("http://y"), 0);
    spool_->leave(second, 0, "http://y", 0);
    EXPECT_THAT(owedIds("http://y"), IsEmpty()) << "the older one is being told";
    spool_->leave(first, 0, "http://x", 0);
    EXPECT_THAT(owedIds("http://y"), IsEmpty());
    spool_->settle(first, true);
    EXPECT_THAT(owedIds("http://y"), ElementsAre("close"));
}

TEST_F(DiskSpoolTest, AfterAKillTheNextLifeEndsWhatWasOpen) {
    begin();
    const auto connect = spool_->open(event(HookAction::Connect, "a", "c"), targets("http://close"), 1);
    const hooks::HookEvent asked = event(HookAction::Play, "a", "p");
    const auto play = spool_->open(hooks::renamed(asked, "show", "vid-9"), targets("http://stop"), 1);
    spool_->note(play, {7, 8, 9000});
    EXPECT_THAT(entries(), SizeIs(2));
    beginFromCopy();
    const auto stops = owed("http://stop");
    ASSERT_THAT(stops, SizeIs(1));
    EXPECT_EQ(stops[0].event.id, "p-e");
    EXPECT_EQ(stops[0].event.action(), HookAction::Stop);
    EXPECT_EQ(stops[0].event.stream().name, "show");
    EXPECT_EQ(stops[0].event.stream().asked, asked.stream().name);
    const auto& closing = *std::get<hooks::HookEvent::Stop>(stops[0].event.what).closing;
    EXPECT_EQ(closing.reason, "server_restart");
    EXPECT_EQ(closing.sentBytes, 7U);
    EXPECT_EQ(closing.receivedBytes, 8U);
    EXPECT_EQ(closing.durationMs, 9000);
    EXPECT_THAT(owedIds("http://close"), IsEmpty()) << "what began last ends first";
    spool_->settle(stops[0].number, true);
    EXPECT_THAT(owedIds("http://close"), ElementsAre("c-e"));
    EXPECT_GT(stops[0].number, connect);
}

TEST_F(DiskSpoolTest, WhatTheDatabaseHasNotSeenYetIsInTheJournal) {
    terms_.windowMs = 3'600'000;
    begin();
    spool_->open(event(HookAction::Play, "a", "p"), targets("http://stop"), 1);
    const auto refused = spool_->open(event(HookAction::Play, "b", "second"), targets("http://stop2", 2), 1);
    const auto ended = spool_->open(event(HookAction::Play, "c", "over"), targets("http://stop"), 1);
    spool_->owe(event(HookAction::Stop, "c", "over-e"), targets("http://stop"), ended);
    spool_->askFurther(refused, 2);
    spool_->forget(spool_->open(event(HookAction::Play, "d", "nothing"), targets("http://stop"), 1));
    beginFromCopy();
    EXPECT_THAT(owedIds("http://stop"), ElementsAre("over-e", "p-e"));
    EXPECT_THAT(owedIds("http://stop2"), ElementsAre("second-e"));
}

TEST_F(DiskSpoolTest, WhoWasNotAskedIsNotTold) {
    begin();
    spool_->open(event(HookAction::Play, "a", "p"), targets("http://second", 2), 1);
    const auto forgotten = spool_->open(event(HookAction::Play, "b", "q"), targets("http://first"), 1);
    spool_->forget(forgotten);
    EXPECT_THAT(entries(), SizeIs(2));
    beginFromCopy();
    EXPECT_THAT(owedIds("http://second"), IsEmpty());
    EXPECT_THAT(owedIds("http://first"), IsEmpty());
}

TEST_F(DiskSpoolTest, AGracefulEndLeavesWhatIsOwed) {
    begin();
    const auto number = spool_->owe(event(HookAction::Stop, "a", "stop"), targets("http://x"), 0);
    spool_->stop();
    spool_.reset();
    begin();
    EXPECT_THAT(owedIds("http://x"), ElementsAre("stop"));
    EXPECT_GT(spool_->owe(event(HookAction::Stop, "b", "next"), targets("http://x"), 0), number);
}

TEST_F(DiskSpoolTest, TheFilesAreTheirOwnersAlone) {
    begin();
    spool_->owe(event(HookAction::Stop, "a", "stop"), targets("http://x"), 0);
    EXPECT_THAT(entries(), SizeIs(1));
    for (const auto& file : std::filesystem::directory_iterator(folder_.file("a")))
        EXPECT_EQ(file.status().permissions(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write)
            << file.path();
}

TEST_F(DiskSpoolTest, ASecondServerKeepsItsOwnInMemory) {
    begin();
    DiskSpool second(terms_, clock_, log_);
    support::Event lost;
    std::string why;
    second.listen({[&](const std::string& text) {
                       why = text;
                       lost.happen();
                   },
                   [] {}});
    ASSERT_TRUE(lost.wait());
    EXPECT_THAT(why, ::testing::HasSubstr("another server has it"));
    second.leave(second.owe(event(HookAction::Stop, "a", "stop"), targets("http://x"), 0), 0, "http://x", 0);
    EXPECT_THAT(owedIds("http://x"), IsEmpty());
}

/// Two processes of one server, of which the second takes over.
TEST_F(DiskSpoolTest, WhoTakesOverWaitsForTheFilesWithoutAWord) {
    begin();
    const auto opening = spool_->open(event(HookAction::Play, "a", "play"), targets("http://x"), 1);
    spool_->owe(event(HookAction::Stop, "a", "of the first"), targets("http://x"), opening);
    std::unique_ptr<DiskSpool> first = std::move(spool_);
    terms_.isAwaited = true;
    clock_.advanceMs(1);
    begin();
    int lost = 0;
    support::Event back;
    spool_->listen({[&](const std::string&) { ++lost; }, [&] { back.happen(); }});
    spool_->leave(spool_->owe(event(HookAction::Stop, "b", "of the second"), targets("http://x"), 0), 0, "http://x", 0);
    EXPECT_THAT(owedIds("http://x"), ElementsAre("of the second"));
    EXPECT_FALSE(spool_->figures().isOnDisk);
    first.reset();
    clock_.advanceMs(terms_.retryMs);
    ASSERT_TRUE(back.wait());
    EXPECT_THAT(owedIds("http://x"), ElementsAre("of the first", "of the second"));
    EXPECT_EQ(lost, 0);
}

TEST_F(DiskSpoolTest, WithoutADiskItIsInMemoryAndLaterOnTheDisk) {
    std::ofstream(folder_.file("a")) << "a file where the folder should be";
    begin();
    support::Event lost;
    support::Event back;
    spool_->listen({[&](const std::string&) { lost.happen(); }, [&] { back.happen(); }});
    ASSERT_TRUE(lost.wait());
    const auto number = spool_->owe(event(HookAction::Stop, "a", "stop"), targets("http://x"), 0);
    spool_->leave(number, 0, "http://x", 0);
    EXPECT_THAT(owedIds("http://x"), ElementsAre("stop"));
    EXPECT_THAT(entries(), IsEmpty()) << "there is no history";
    EXPECT_FALSE(spool_->figures().isOnDisk);
    std::filesystem::remove(folder_.file("a"));
    clock_.advanceMs(terms_.retryMs);
    ASSERT_TRUE(back.wait());
    EXPECT_THAT(owedIds("http://x"), ElementsAre("stop"));
    EXPECT_THAT(entries(), SizeIs(1));
}

/// Which may be set.
class WallClock final : public base::Clock {
  public:
    std::int64_t monotonicUs() const override { return nowUs.load(); }
    std::int64_t unixUs() const override { return wallUs.load() + nowUs.load(); }
    void passMs(std::int64_t ms) { nowUs += ms * 1000; }
    void setMs(std::int64_t byMs) { wallUs += byMs * 1000; }

    std::atomic<std::int64_t> nowUs{1'000'000'000};
    std::atomic<std::int64_t> wallUs{1'700'000'000'000'000};
};

constexpr std::int64_t kYearMs = std::int64_t{365} * 24 * 3600 * 1000;

class ClockOfSpoolTest : public SpoolHome {
  protected:
    ClockOfSpoolTest() { terms_.keepMs = kDayMs; }
    ~ClockOfSpoolTest() override { spool_.reset(); } // before its clock

    void owe(const char* id) {
        spool_->leave(spool_->owe(event(HookAction::Stop, id, id), targets("http://x"), 0), 0, "http://x", 0);
    }

    /// Until the spool has looked after what it keeps, which it does every two seconds of the clock.
    void pass() {
        for (int i = 0; i < 3; ++i) {
            wall_.passMs(3000);
            owedIds("http://x");
        }
    }

    static constexpr std::int64_t kDayMs = std::int64_t{24} * 3600 * 1000;
    WallClock wall_;
};

TEST_F(ClockOfSpoolTest, AClockThatIsSetMakesNothingOlderThanItIs) {
    for (const std::int64_t stepMs : {50 * kYearMs, -50 * kYearMs, 2 * kDayMs, -2 * kDayMs}) {
        spool_ = std::make_unique<DiskSpool>(terms_, wall_, log_);
        owe("before");
        owedIds("http://x");
        wall_.setMs(stepMs);
        owe("after");
        pass();
        EXPECT_THAT(owedIds("http://x"), ElementsAre("before", "after")) << stepMs;
        wall_.passMs(kDayMs);
        pass();
        EXPECT_THAT(owedIds("http://x"), IsEmpty()) << stepMs << ": they are too old now";
        EXPECT_EQ(spool_->figures().dropped, 2U) << stepMs;
        spool_.reset();
    }
}

TEST_F(ClockOfSpoolTest, ALifeThatBeginsInThePastGoesOnBehindTheLastOne) {
    spool_ = std::make_unique<DiskSpool>(terms_, wall_, log_);
    owe("first");
    spool_->stop();
    spool_.reset();
    wall_.setMs(-50 * kYearMs);
    spool_ = std::make_unique<DiskSpool>(terms_, wall_, log_);
    owe("second");
    EXPECT_THAT(owedIds("http://x"), ElementsAre("first", "second"));
}

TEST_F(DiskSpoolTest, WhatStandsOnADiskThatCannotBeWrittenAnyMoreIsToldFromMemory) {
    const std::string url = "http://x";
    begin();
    support::Event lost;
    support::Event back;
    spool_->listen({[&](const std::string&) { lost.happen(); }, [&] { back.happen(); }});
    const auto owe = [&](const char* client, const char* id) {
        const auto number = spool_->owe(event(HookAction::Stop, client, id), targets(url), 0);
        spool_->leave(number, 0, url, 0);
        return number;
    };
    const auto first = owe("a", "a1");
    const auto beingTold = spool_->owe(event(HookAction::Stop, "b", "b1"), targets(url), 0);
    owe("d", "d1");
    entries();
    sqlite3* other = nullptr;
    ASSERT_EQ(sqlite3_open(folder_.file("a/srs.db").c_str(), &other), SQLITE_OK);
    constexpr int kPatienceMs = 30'000; // the spool may be writing as it looks after what it keeps
    ASSERT_EQ(sqlite3_busy_timeout(other, kPatienceMs), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
    owe("a", "a2");
    owe("b", "b2");
    owe("c", "c1");
    ASSERT_TRUE(lost.wait());
    EXPECT_THAT(owedIds(url), ElementsAre("a1", "d1", "c1"));
    spool_->settle(beingTold, true);
    EXPECT_THAT(owedIds(url), ElementsAre("a1", "d1", "b2", "c1"));
    spool_->settle(first, true);
    EXPECT_THAT(owedIds(url), ElementsAre("d1", "a2", "b2", "c1"));
    EXPECT_EQ(sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(other);
    clock_.advanceMs(terms_.retryMs);
    ASSERT_TRUE(back.wait());
    EXPECT_THAT(owedIds(url), ElementsAre("d1", "a2", "b2", "c1"));
    EXPECT_EQ(spool_->figures().dropped, 0U);
}

TEST_F(DiskSpoolTest, ADamagedDatabaseIsPutAside) {
    std::filesystem::create_directories(folder_.file("a"));
    std::ofstream(folder_.file("a/srs.db")) << std::string(8192, 'x');
    begin();
    EXPECT_TRUE(spool_->figures().isOnDisk);
    std::size_t aside = 0;
    for (const auto& file : std::filesystem::directory_iterator(folder_.file("a")))
        if (file.path().string().find(".damaged-") != std::string::npos) ++aside;
    EXPECT_EQ(aside, 1U);
}

TEST_F(DiskSpoolTest, ANewerDatabaseStaysAsItIs) {
    begin();
    spool_.reset();
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(folder_.file("a/srs.db").c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, "PRAGMA user_version = 2", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
    begin();
    EXPECT_FALSE(spool_->figures().isOnDisk);
}

TEST_F(DiskSpoolTest, APageOfWhatWasToldAndThatAgain) {
    begin();
    std::vector<hooks::SpoolNumber> numbers;
    for (const char* client : {"a", "b", "c", "d"}) {
        numbers.push_back(spool_->owe(event(HookAction::Stop, client, client), targets("http://x?token=secret"), 0));
        spool_->settle(numbers.back(), true);
    }
    hooks::SpoolQuery query;
    query.most = 2;
    EXPECT_THAT(entries(query), SizeIs(2));
    query.after = numbers[1];
    const auto second = entries(query);
    ASSERT_THAT(second, SizeIs(2));
    EXPECT_EQ(second[0].id, "c");
    EXPECT_THAT(second[0].urls, ElementsAre("http://x?token=******"));
    hooks::SpoolQuery ofClient;
    ofClient.client = "b";
    EXPECT_THAT(entries(ofClient), SizeIs(1));
    hooks::SpoolQuery ofStream;
    ofStream.stream = "__defaultVhost__/live/one";
    EXPECT_THAT(entries(ofStream), SizeIs(4));
    support::Event replayed;
    std::size_t count = 0;
    spool_->replay(ofClient, [&](std::size_t found) {
        count = found;
        replayed.happen();
    });
    ASSERT_TRUE(replayed.wait());
    EXPECT_EQ(count, 1U);
    EXPECT_THAT(owedIds("http://x?token=secret"), ElementsAre("b"));
}

} // namespace
} // namespace hookcast::spool
