#include "cluster/SharedEventQueue.h"

#include "unit/cluster/FakeEventStore.h"
#include "unit/support/FakeClock.h"
#include "unit/support/TempDir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::cluster {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Mood = FakeEventStore::Mood;
using Texts = std::vector<std::string>;

constexpr std::int64_t kLeaseMs = 4000;
constexpr std::size_t kBatch = 3;

config::WebhookConfig webhookOf(std::uint32_t queue = 100) {
    config::WebhookConfig webhook;
    webhook.url = "http://user:secret@a/event/?token=secret";
    webhook.queue = queue;
    return webhook;
}

/// A process of a node.
struct Node {
    Node(const std::string& nodeName, FakeEvents& events, const base::Clock& clock, base::Log& log,
         std::uint32_t queueSize = 100, const std::string& run = "1")
        : name(nodeName), store(events),
          queue(webhookOf(queueSize), {nodeName, run, kLeaseMs}, clock, log, [this] { ++wakes; }) {}

    void push(std::uint64_t first, std::uint64_t last) {
        for (std::uint64_t number = first; number <= last; ++number)
            queue.push(number, std::make_shared<const std::string>(envelopeOf(name, number)));
    }

    Texts take() {
        Texts texts;
        for (const auto& event : queue.take(kBatch, [this] { ++readies; })) texts.push_back(*event);
        return texts;
    }

    /// Asks, lets the store answer, and asks again if that is worth it.
    Texts taken() {
        const int before = readies;
        Texts texts = take();
        if (!texts.empty()) return texts;
        queue.round(store);
        return readies > before ? take() : Texts();
    }

    std::string name;
    FakeEventStore store;
    int wakes = 0;
    int readies = 0;
    SharedEventQueue queue;
};

class SharedEventQueueTest : public ::testing::Test {
  protected:
    Texts eventsOf(const std::string& node, std::uint64_t first, std::uint64_t last) const {
        Texts texts;
        for (std::uint64_t number = first; number <= last; ++number) texts.push_back(envelopeOf(node, number));
        return texts;
    }

    void pass(std::int64_t ms, std::vector<Node*> nodes) {
        constexpr std::int64_t kStepMs = 100;
        for (std::int64_t passed = 0; passed < ms; passed += kStepMs) {
            clock_.advanceMs(kStepMs);
            for (Node* node : nodes) node->queue.round(node->store);
        }
    }

    std::string logText() {
        log_.reset();
        std::string text = support::contentOf(folder_.file("log"));
        log_ = std::make_unique<base::Log>(base::LogLevel::Trace, folder_.file("log"));
        return text;
    }

    support::TempDir folder_;
    support::FakeClock clock_;
    std::unique_ptr<base::Log> log_ = std::make_unique<base::Log>(base::LogLevel::Trace, folder_.file("log"));
    FakeEvents events_;
};

TEST_F(SharedEventQueueTest, WhatOnePutsInAnotherTakesInOrder) {
    Node a("a", events_, clock_, *log_);
    Node b("b", events_, clock_, *log_);
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
    Node a("a", events_, clock_, *log_);
    Node b("b", events_, clock_, *log_);
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
    Node a("a", events_, clock_, *log_);
    Node b("b", events_, clock_, *log_);
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
    Node a("a", events_, clock_, *log_);
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
    Node a("a", events_, clock_, *log_);
    Node b("b", events_, clock_, *log_);
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
    Node a("a", events_, clock_, *log_);
    Node b("b", events_, clock_, *log_);
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
    Node a("a", events_, clock_, *log_);
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

TEST_F(SharedEventQueueTest, AnAnswerThatWasLostPutsNothingInTwice) {
    Node a("a", events_, clock_, *log_);
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

TEST_F(SharedEventQueueTest, AConfirmationWhoseAnswerWasLostCountsOnce) {
    Node a("a", events_, clock_, *log_);
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

TEST_F(SharedEventQueueTest, WhileTheStoreIsAwayTheNewestStayHere) {
    Node a("a", events_, clock_, *log_, 10);
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

TEST_F(SharedEventQueueTest, EachNodeHasABoundInTheStore) {
    Node a("a", events_, clock_, *log_, 10);
    Node b("b", events_, clock_, *log_, 10);
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

TEST_F(SharedEventQueueTest, FiguresAreOfThisNodesEventsWhoeverTellsThem) {
    auto before = std::make_unique<Node>("a", events_, clock_, *log_);
    before->queue.round(before->store);
    before->push(1, 2);
    before->queue.round(before->store);
    before.reset();
    Node a("a", events_, clock_, *log_, 100, "2");
    Node b("b", events_, clock_, *log_);
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

TEST_F(SharedEventQueueTest, AClockThatWasSetBackBetweenTwoProcessesHidesNothing) {
    auto before = std::make_unique<Node>("a", events_, clock_, *log_);
    before->queue.round(before->store);
    before->push(1000, 1001);
    before->queue.round(before->store);
    before.reset();
    Node a("a", events_, clock_, *log_, 100, "2");
    a.push(500, 501);
    a.queue.round(a.store);
    EXPECT_EQ(events_.added().size(), 4U);
}

TEST_F(SharedEventQueueTest, AStoreThatForgetsIsToldOfOnceAndGoesOn) {
    Node a("a", events_, clock_, *log_);
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

TEST_F(SharedEventQueueTest, WhatIsNoEventIsTakenOut) {
    Node a("a", events_, clock_, *log_);
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

TEST_F(SharedEventQueueTest, ASecondTakerWaitsForTheFirstOnesAnswer) {
    Node a("a", events_, clock_, *log_);
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
    Node a("a", events_, clock_, *log_);
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

TEST_F(SharedEventQueueTest, ClearingGivesUpWhatIsHere) {
    Node a("a", events_, clock_, *log_);
    a.store.mood = Mood::Fails;
    a.push(1, 3);
    a.queue.round(a.store);
    EXPECT_EQ(a.queue.clear(), 3U);
    EXPECT_EQ(a.queue.heldHere(), 0U);
    EXPECT_EQ(a.queue.figures().dropped, 3U);
    a.queue.waitUntilSafe(std::chrono::steady_clock::now() + std::chrono::hours(1));
}

TEST_F(SharedEventQueueTest, WhoLeavesGivesUpTheRight) {
    Node a("a", events_, clock_, *log_);
    a.taken();
    a.queue.leave(a.store);
    EXPECT_EQ(events_.holder(), "");
}

TEST_F(SharedEventQueueTest, AtRestItAsksSeldom) {
    Node a("a", events_, clock_, *log_);
    Node b("b", events_, clock_, *log_);
    a.taken();
    b.taken();
    a.store.calls = b.store.calls = 0;
    pass(10'000, {&a, &b});
    EXPECT_LE(a.store.calls, 50);
    EXPECT_LE(b.store.calls, 10);
}

} // namespace
} // namespace hookcast::cluster
