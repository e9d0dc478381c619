// What becomes of webhooks whose events wait in a journal.
#include "hooks/EventFeed.h"
#include "hooks/LocalEventQueue.h"
#include "unit/support/HookGate.h"
#include "unit/support/TempDir.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace hookcast::hooks {
namespace {

using config::EventName;
using support::answered;
using support::failed;
using Outcome = HookResponse::Outcome;
using Via = config::WebhookConfig::Via;

constexpr const char* kUrl = "http://a";

/// In this process, and open to whoever asks for its URL.
class FakeQueue final : public EventQueue {
  public:
    bool push(std::uint64_t number, Event event) override {
        numbers.push_back(number);
        return queue_.push(number, std::move(event));
    }
    std::vector<Event> take(std::size_t most, std::function<void()> onReady) override {
        ++takes;
        return queue_.take(most, std::move(onReady));
    }
    void confirm() override { queue_.confirm(); }
    void giveBack() override { queue_.giveBack(); }
    void close() override { isClosed = true; }
    std::size_t clear() override { return queue_.clear(); }
    std::size_t heldHere() const override { return held; }
    void waitUntilSafe(std::chrono::steady_clock::time_point /*until*/) override {}
    Figures figures() const override { return queue_.figures(); }

    std::vector<std::uint64_t> numbers;
    std::atomic<int> takes = 0;
    std::atomic<bool> isClosed = false;
    std::size_t held = 0;

  private:
    LocalEventQueue queue_{100};
};

class FakeJournal final : public EventJournal {
  public:
    std::shared_ptr<EventQueue> open(const config::WebhookConfig& webhook, std::size_t /*which*/) override {
        auto& queue = queues[webhook.url];
        if (queue == nullptr) queue = std::make_shared<FakeQueue>();
        queue->isClosed = false;
        return queue;
    }

    std::map<std::string, std::shared_ptr<FakeQueue>> queues;
};

config::WebhookConfig shared(const std::string& url = kUrl) {
    config::WebhookConfig webhook;
    webhook.url = url;
    webhook.via = Via::Redis;
    return webhook;
}

class EventJournalTest : public ::testing::Test {
  protected:
    std::shared_ptr<EventFeed> feedTo(const std::vector<config::WebhookConfig>& webhooks, EventJournal* journal) {
        return std::make_shared<EventFeed>(webhooks, gate_.transport, gate_.runner.loop(), gate_.log,
                                           EventFeed::Sender{"here", 17, 1000}, journal);
    }

    void pulse(EventFeed& feed) {
        feed.post(serviceEvent(gate_.clock, EventName::ServicePulse));
        gate_.runner.settle();
    }

    std::size_t callsTo(const std::string& url) const {
        std::size_t count = 0;
        for (const std::string& called : gate_.transport.urls()) count += called == url ? 1 : 0;
        return count;
    }

    /// Waits for it.
    bool logs(const std::string& text) const {
        const auto until = std::chrono::steady_clock::now() + support::kPatience;
        while (std::chrono::steady_clock::now() < until) {
            if (support::contentOf(logFile_).find(text) != std::string::npos) return true;
            std::this_thread::yield();
        }
        return false;
    }

    support::TempDir folder_;
    std::string logFile_ = folder_.file("log");
    support::HookGate gate_{logFile_};
    FakeJournal journal_;
};

TEST_F(EventJournalTest, EventsGoIntoItWithTheirNumbersAndComeOutOfIt) {
    gate_.transport.answerAlways(kUrl, answered(200, ""));
    const auto feed = feedTo({shared()}, &journal_);
    pulse(*feed);
    pulse(*feed);
    EXPECT_EQ(journal_.queues.at(kUrl)->numbers, (std::vector<std::uint64_t>{1001, 1002}));
    EXPECT_EQ(feed->figures().front().sent, 2U);
    EXPECT_EQ(feed->figures().front().url, kUrl);
    feed->stop();
}

TEST_F(EventJournalTest, WhoIsNoConsumerTakesNothing) {
    config::WebhookConfig webhook = shared();
    webhook.consumer = false;
    const auto feed = feedTo({webhook}, &journal_);
    feed->start();
    pulse(*feed);
    EXPECT_EQ(journal_.queues.at(kUrl)->takes, 0);
    EXPECT_EQ(feed->figures().front().queued, 2U);
    feed->stop();
}

TEST_F(EventJournalTest, OfItsOwnEventsEachIsTheConsumer) {
    gate_.transport.answerAlways(kUrl, answered(200, ""));
    config::WebhookConfig direct = shared();
    direct.via = Via::Direct;
    direct.consumer = false;
    const auto feed = feedTo({direct}, nullptr);
    pulse(*feed);
    EXPECT_EQ(callsTo(kUrl), 1U);
    feed->stop();
}

TEST_F(EventJournalTest, WithoutOneOnlyTheOthersAreTold) {
    gate_.transport.answerAlways("http://b", answered(200, ""));
    config::WebhookConfig direct = shared("http://b");
    direct.via = Via::Direct;
    {
        const auto feed = feedTo({shared(), direct}, nullptr);
        pulse(*feed);
        EXPECT_EQ(callsTo("http://b"), 1U);
        EXPECT_EQ(callsTo(kUrl), 0U);
        feed->stop();
    }
    EXPECT_TRUE(logs("http://a: no events are sent there, as 'via redis' wants"));
}

TEST_F(EventJournalTest, NewTermsBeginWhenTheCallUnderTheOldOnesHasEnded) {
    const auto feed = feedTo({shared()}, &journal_);
    pulse(*feed);
    ASSERT_TRUE(gate_.transport.waitForCalls(1));
    config::WebhookConfig changed = shared();
    changed.batch = 7;
    feed->apply({changed});
    pulse(*feed);
    EXPECT_EQ(callsTo(kUrl), 1U) << "one at a time";
    EXPECT_FALSE(journal_.queues.at(kUrl)->isClosed);
    gate_.transport.answerAlways(kUrl, answered(200, ""));
    gate_.transport.answer(0, answered(200, ""));
    gate_.runner.settle();
    pulse(*feed);
    EXPECT_EQ(feed->figures().front().sent, 3U) << "all of them, by the new one";
    gate_.pass(60'000);
    EXPECT_EQ(callsTo(kUrl), gate_.transport.urls().size());
    feed->stop();
}

TEST_F(EventJournalTest, OfOldTermsNoCallIsMadeAgain) {
    const auto feed = feedTo({shared()}, &journal_);
    pulse(*feed);
    ASSERT_TRUE(gate_.transport.waitForCalls(1));
    config::WebhookConfig changed = shared();
    changed.calls.timeoutMs = 777;
    feed->apply({changed});
    gate_.runner.settle();
    gate_.transport.answer(0, failed(Outcome::ConnectFailed));
    gate_.runner.settle();
    pulse(*feed);
    gate_.pass(60'000);
    ASSERT_EQ(callsTo(kUrl), 2U);
    EXPECT_EQ(gate_.transport.requests().at(1).timeoutMs, 777);
    feed->stop();
}

TEST_F(EventJournalTest, AUrlThatIsGoneIsClosedAndOneThatComesBackKeepsItsEvents) {
    const auto feed = feedTo({shared()}, &journal_);
    pulse(*feed);
    ASSERT_TRUE(gate_.transport.waitForCalls(1));
    journal_.queues.at(kUrl)->held = 1;
    feed->apply({});
    gate_.runner.settle();
    EXPECT_TRUE(journal_.queues.at(kUrl)->isClosed);
    feed->apply({shared()});
    gate_.runner.settle();
    EXPECT_FALSE(journal_.queues.at(kUrl)->isClosed);
    gate_.pass(60'000);
    EXPECT_EQ(journal_.queues.at(kUrl)->figures().dropped, 0U) << "nobody gives up what is another's by now";
    feed->stop();
}

TEST_F(EventJournalTest, AWebhookThatDiesDuringItsCallKeepsNobodyWaiting) {
    auto queue = std::make_shared<LocalEventQueue>(10);
    auto webhook = std::make_shared<EventWebhook>(shared(), queue, gate_.transport, gate_.runner.loop(), gate_.log,
                                                  [] { return 1.0; });
    webhook->start();
    webhook->enqueue(1, std::make_shared<const std::string>("1"));
    gate_.runner.settle();
    ASSERT_TRUE(gate_.transport.waitForCalls(1));
    webhook.reset();
    EXPECT_EQ(queue->take(5, [] {}).size(), 1U);
}

TEST_F(EventJournalTest, AtTheEndOnlyWhatIsHereIsLost) {
    const auto feed = feedTo({shared()}, &journal_);
    pulse(*feed);
    journal_.queues.at(kUrl)->held = 3;
    feed->stop();
    EXPECT_TRUE(logs("http://a: 3 events were not delivered: Redis has not taken them"));
}

} // namespace
} // namespace hookcast::hooks
