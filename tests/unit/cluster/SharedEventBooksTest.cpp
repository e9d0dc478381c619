// What becomes of events when the store fails, forgets or is full, and how it is counted.
#include "unit/cluster/SharingNodes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

namespace hookcast::cluster {
namespace {

using testing::HasSubstr;
using testing::Not;
using Mood = FakeEventStore::Mood;

class SharedEventBooksTest : public SharedEventQueueTest {};

TEST_F(SharedEventBooksTest, AnAnswerThatWasLostPutsNothingInTwice) {
    SharingNode a("a", events_, clock_, *log_);
    a.queue.round(a.store);
    a.push(1, 3);
    a.store.mood = Mood::LosesAnswers;
    a.queue.round(a.store);
    EXPECT_EQ(events_.size(), 3U);
    EXPECT_EQ(a.queue.heldHere(), 3U);
    a.push(4, 4);
    a.store.mood = Mood::Answers;
    pass(1000, {&a});
    EXPECT_EQ(events_.size(), 4U);
    EXPECT_EQ(a.queue.heldHere(), 0U);
    EXPECT_EQ(a.queue.figures().queued, 4U);
    EXPECT_EQ(a.queue.figures().posted, 4U);
}

TEST_F(SharedEventBooksTest, AConfirmationWhoseAnswerWasLostCountsOnce) {
    SharingNode a("a", events_, clock_, *log_);
    a.queue.round(a.store);
    a.push(1, 2);
    a.queue.round(a.store);
    ASSERT_EQ(a.taken().size(), 2U);
    a.store.mood = Mood::LosesAnswers;
    a.queue.confirm();
    a.queue.round(a.store);
    a.store.mood = Mood::Answers;
    pass(1000, {&a});
    EXPECT_EQ(a.queue.figures().sent, 2U);
    EXPECT_EQ(a.queue.figures().dropped, 0U);
}

TEST_F(SharedEventBooksTest, WhileTheStoreIsAwayTheNewestStayHere) {
    SharingNode a("a", events_, clock_, *log_, 10);
    a.queue.round(a.store);
    a.store.mood = Mood::Fails;
    a.push(1, 14);
    pass(5000, {&a});
    EXPECT_EQ(a.queue.heldHere(), 10U);
    EXPECT_EQ(a.queue.figures().dropped, 4U);
    const int calls = a.store.calls;
    a.push(15, 15);
    a.queue.round(a.store);
    EXPECT_EQ(a.store.calls, calls) << "it is not asked for each event";
    a.store.mood = Mood::Answers;
    pass(1000, {&a});
    EXPECT_EQ(events_.added(), eventsOf("a", 6, 15));
    const std::string text = logText();
    EXPECT_EQ(text.find("takes no events: nobody there; 14"), std::string::npos);
    EXPECT_THAT(text, HasSubstr("http://a/event/: Redis takes no events: nobody there; 10 wait here"));
    EXPECT_THAT(text, HasSubstr("http://a/event/: Redis takes events again"));
    EXPECT_EQ(text.find("takes no events"), text.rfind("takes no events")) << "once";
    EXPECT_THAT(text, Not(HasSubstr("secret")));
}

TEST_F(SharedEventBooksTest, EachNodeHasABoundInTheStore) {
    SharingNode a("a", events_, clock_, *log_, 10);
    SharingNode b("b", events_, clock_, *log_, 10);
    b.push(1, 3);
    for (std::uint64_t number = 1; number <= 25; ++number) {
        a.push(number, number);
        a.queue.round(a.store);
        b.queue.round(b.store);
    }
    EXPECT_EQ(events_.size(), 13U);
    const auto figures = a.queue.figures();
    EXPECT_EQ(figures.posted, 25U);
    EXPECT_EQ(figures.dropped, 15U);
    EXPECT_EQ(figures.queued, 10U);
    EXPECT_EQ(b.queue.figures().dropped, 0U);
    EXPECT_THAT(logText(), HasSubstr("1 events dropped, 10 of this node wait in Redis already"));
    EXPECT_EQ(b.taken(), eventsOf("b", 1, 3));
    b.queue.confirm();
    b.queue.round(b.store);
    EXPECT_EQ(b.take(), eventsOf("a", 16, 18));
}

TEST_F(SharedEventBooksTest, FiguresAreOfThisNodesEventsWhoeverTellsThem) {
    auto before = std::make_unique<SharingNode>("a", events_, clock_, *log_);
    before->queue.round(before->store);
    before->push(1, 2);
    before->queue.round(before->store);
    before.reset();
    SharingNode a("a", events_, clock_, *log_, 100, "2");
    SharingNode b("b", events_, clock_, *log_);
    a.queue.round(a.store);
    EXPECT_EQ(a.queue.figures().posted, 2U) << "those of the process before";
    a.push(3, 3);
    a.queue.round(a.store);
    b.queue.round(b.store);
    ASSERT_EQ(b.taken().size(), 3U);
    b.queue.confirm();
    pass(2000, {&a, &b});
    EXPECT_EQ(a.queue.figures().sent, 3U);
    EXPECT_EQ(a.queue.figures().queued, 0U);
    EXPECT_EQ(b.queue.figures().posted, 0U);
}

TEST_F(SharedEventBooksTest, AClockThatWasSetBackBetweenTwoProcessesHidesNothing) {
    auto before = std::make_unique<SharingNode>("a", events_, clock_, *log_);
    before->queue.round(before->store);
    before->push(1000, 1001);
    before->queue.round(before->store);
    before.reset();
    SharingNode a("a", events_, clock_, *log_, 100, "2");
    a.push(500, 501);
    a.queue.round(a.store);
    EXPECT_EQ(events_.added().size(), 4U);
}

TEST_F(SharedEventBooksTest, AStoreThatForgetsIsToldOfOnceAndGoesOn) {
    SharingNode a("a", events_, clock_, *log_);
    a.queue.round(a.store);
    a.push(1, 5);
    a.queue.round(a.store);
    ASSERT_EQ(a.taken(), eventsOf("a", 1, 3));
    events_.lose();
    a.queue.confirm();
    pass(2000, {&a});
    a.push(6, 7);
    pass(2000, {&a});
    EXPECT_EQ(a.taken(), eventsOf("a", 6, 7));
    const auto figures = a.queue.figures();
    EXPECT_EQ(figures.posted, 7U);
    EXPECT_EQ(figures.dropped, 5U) << "nobody can say what has become of them";
    EXPECT_EQ(figures.queued, 2U);
    EXPECT_THAT(logText(), HasSubstr("Redis has begun anew; of this node 5 events are lost that waited there"));
}

TEST_F(SharedEventBooksTest, WhatIsNoEventIsTakenOut) {
    SharingNode a("a", events_, clock_, *log_);
    a.queue.round(a.store);
    for (const char* text : {"", "17", "[]", "{", "{}", "{}{}", R"({"event":"service:up"})"}) events_.put("x", text);
    events_.put("x", "{\"data\":" + std::string(100'000, '[') + "}");
    a.push(1, 1);
    a.queue.round(a.store);
    Texts told = a.taken();
    for (int i = 0; i < 10 && told.empty(); ++i) told = a.taken();
    EXPECT_EQ(told, eventsOf("a", 1, 1));
    a.queue.confirm();
    a.queue.round(a.store);
    EXPECT_EQ(events_.size(), 0U);
    EXPECT_THAT(logText(), HasSubstr("1 entries in Redis that are no events are taken out"));
}

TEST_F(SharedEventBooksTest, ClearingGivesUpWhatIsHere) {
    SharingNode a("a", events_, clock_, *log_);
    a.store.mood = Mood::Fails;
    a.push(1, 3);
    a.queue.round(a.store);
    EXPECT_EQ(a.queue.clear(), 3U);
    EXPECT_EQ(a.queue.heldHere(), 0U);
    EXPECT_EQ(a.queue.figures().dropped, 3U);
    a.queue.waitUntilSafe(std::chrono::steady_clock::now() + std::chrono::hours(1));
}

TEST_F(SharedEventBooksTest, AtRestItAsksSeldom) {
    SharingNode a("a", events_, clock_, *log_);
    SharingNode b("b", events_, clock_, *log_);
    a.taken();
    b.taken();
    a.store.calls = b.store.calls = 0;
    pass(10'000, {&a, &b});
    EXPECT_LE(a.store.calls, 50);
    EXPECT_LE(b.store.calls, 10);
}

} // namespace
} // namespace hookcast::cluster
