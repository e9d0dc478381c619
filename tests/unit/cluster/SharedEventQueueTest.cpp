// Who may take events, and when.
#include "unit/cluster/SharingNodes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace hookcast::cluster {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using Mood = FakeEventStore::Mood;

TEST_F(SharedEventQueueTest, WhatOnePutsInAnotherTakesInOrder) {
    SharingNode a("a", events_, clock_, *log_);
    SharingNode b("b", events_, clock_, *log_);
    a.push(1, 2);
    a.queue.round(a.store);
    b.push(7, 8);
    EXPECT_EQ(b.taken(), eventsOf("a", 1, 2));
    b.queue.confirm();
    b.queue.round(b.store);
    EXPECT_EQ(b.take(), eventsOf("b", 7, 8)) << "the next are there by then";
    b.queue.confirm();
    b.queue.round(b.store);
    EXPECT_EQ(events_.size(), 0U);
}

TEST_F(SharedEventQueueTest, OnlyOneTakes) {
    SharingNode a("a", events_, clock_, *log_);
    SharingNode b("b", events_, clock_, *log_);
    EXPECT_EQ(a.taken(), Texts());
    EXPECT_EQ(b.taken(), Texts());
    EXPECT_EQ(events_.holder(), "a/1");
    b.push(1, 1);
    pass(10 * kLeaseMs, {&a, &b});
    EXPECT_EQ(b.readies, 0);
    EXPECT_EQ(a.readies, 1);
    EXPECT_EQ(a.take(), eventsOf("b", 1, 1));
}

TEST_F(SharedEventQueueTest, OfADeadHolderTheNextTakesWhatWasOnItsWayFirst) {
    SharingNode a("a", events_, clock_, *log_);
    SharingNode b("b", events_, clock_, *log_);
    a.queue.round(a.store);
    a.push(1, 5);
    a.queue.round(a.store);
    EXPECT_EQ(a.taken(), eventsOf("a", 1, 3));
    EXPECT_EQ(b.taken(), Texts());
    pass(kLeaseMs - 200, {&b});
    EXPECT_EQ(b.readies, 0);
    pass(kLeaseMs, {&b});
    EXPECT_EQ(b.take(), eventsOf("a", 1, 3));
    EXPECT_THAT(logText(), HasSubstr("as the one that did shows no life"));
    a.queue.confirm();
    a.queue.round(a.store);
    EXPECT_EQ(events_.size(), 2U) << "they have been told, by whomever";
    b.queue.confirm();
    b.queue.round(b.store);
    EXPECT_EQ(b.take(), eventsOf("a", 4, 5));
}

TEST_F(SharedEventQueueTest, WhoSleptDoesNotBeginACall) {
    SharingNode a("a", events_, clock_, *log_);
    a.queue.round(a.store);
    a.push(1, 1);
    a.queue.round(a.store);
    a.take();
    a.queue.round(a.store);
    ASSERT_EQ(a.readies, 1);
    clock_.advanceMs(kLeaseMs);
    EXPECT_EQ(a.take(), Texts()) << "another one may have it";
    a.queue.round(a.store);
    EXPECT_EQ(a.take(), eventsOf("a", 1, 1)) << "nobody had";
}

TEST_F(SharedEventQueueTest, WhoWasNotHeardOfWhileNothingWasHeardIsNotDead) {
    SharingNode a("a", events_, clock_, *log_);
    SharingNode b("b", events_, clock_, *log_);
    a.taken();
    b.taken();
    a.store.mood = b.store.mood = Mood::Fails;
    pass(3 * kLeaseMs, {&a, &b});
    b.store.mood = Mood::Answers;
    pass(kLeaseMs - 1000, {&b});
    EXPECT_EQ(events_.holder(), "a/1");
    a.store.mood = Mood::Answers;
    pass(2 * kLeaseMs, {&a, &b});
    EXPECT_EQ(events_.holder(), "a/1");
}

TEST_F(SharedEventQueueTest, AfterACallThatFailedAnotherMayTry) {
    SharingNode a("a", events_, clock_, *log_);
    SharingNode b("b", events_, clock_, *log_);
    a.queue.round(a.store);
    a.push(1, 2);
    a.queue.round(a.store);
    EXPECT_EQ(a.taken(), eventsOf("a", 1, 2));
    EXPECT_EQ(b.taken(), Texts());
    a.queue.giveBack();
    a.queue.round(a.store);
    EXPECT_EQ(events_.holder(), "");
    pass(1000, {&a, &b});
    EXPECT_EQ(b.take(), eventsOf("a", 1, 2));
    b.queue.giveBack();
    b.queue.round(b.store);
    EXPECT_EQ(a.taken(), eventsOf("a", 1, 2));
    a.queue.giveBack();
    a.queue.round(a.store);
    a.taken();
}

TEST_F(SharedEventQueueTest, OneThatTriesAgainAndAgainSaysOnceThatItPosts) {
    SharingNode a("a", events_, clock_, *log_);
    a.queue.round(a.store);
    a.push(1, 1);
    a.queue.round(a.store);
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(a.taken(), eventsOf("a", 1, 1));
        a.queue.giveBack();
        a.queue.round(a.store);
    }
    const std::string text = logText();
    EXPECT_EQ(text.find("this node posts"), text.rfind("this node posts"));
}

TEST_F(SharedEventQueueTest, ASecondTakerWaitsForTheFirstOnesAnswer) {
    SharingNode a("a", events_, clock_, *log_);
    a.queue.round(a.store);
    a.push(1, 4);
    a.queue.round(a.store);
    ASSERT_EQ(a.taken(), eventsOf("a", 1, 3));
    int second = 0;
    EXPECT_THAT(a.queue.take(kBatch, [&] { ++second; }), IsEmpty());
    pass(1000, {&a});
    EXPECT_EQ(second, 0);
    a.queue.giveBack();
    a.queue.round(a.store);
    EXPECT_EQ(second, 1);
    EXPECT_EQ(a.take(), eventsOf("a", 1, 3)) << "now, as it was";
}

TEST_F(SharedEventQueueTest, ClosedItPutsInWhatItHasAndTakesNothing) {
    SharingNode a("a", events_, clock_, *log_);
    a.taken();
    EXPECT_EQ(events_.holder(), "a/1");
    a.push(1, 2);
    a.queue.close();
    EXPECT_EQ(a.take(), Texts());
    a.queue.round(a.store);
    EXPECT_EQ(events_.holder(), "");
    EXPECT_EQ(events_.size(), 2U);
    EXPECT_EQ(a.queue.clear(), 0U);
    a.queue.setTerms(webhookOf());
    EXPECT_EQ(a.taken(), eventsOf("a", 1, 2)) << "it may be opened again";
}

TEST_F(SharedEventQueueTest, WhoLeavesGivesUpTheRight) {
    SharingNode a("a", events_, clock_, *log_);
    a.taken();
    a.queue.leave(a.store);
    EXPECT_EQ(events_.holder(), "");
}

} // namespace
} // namespace hookcast::cluster
