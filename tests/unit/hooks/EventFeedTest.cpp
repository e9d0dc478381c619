#include "hooks/EventFeed.h"

#include "unit/support/HookGate.h"
#include "unit/support/TempDir.h"
#include "unit/support/TestEvents.h"

#include <gtest/gtest.h>

#include <chrono>
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
using Words = std::vector<std::string>;

config::WebhookConfig webhookTo(const std::string& url, Words events = {}) {
    config::WebhookConfig webhook;
    webhook.url = url;
    webhook.events = std::move(events);
    return webhook;
}

class EventFeedTest : public ::testing::Test {
  protected:
    std::shared_ptr<EventFeed> feedTo(const std::vector<config::WebhookConfig>& webhooks) {
        return std::make_shared<EventFeed>(webhooks, gate_.transport, gate_.runner.loop(), gate_.log,
                                           EventFeed::Sender{"ms-test-\"dev1\"", 533277, 1000});
    }

    /// All events sent to `url`, in order, with repetitions.
    std::vector<Poco::JSON::Object::Ptr> sentTo(const std::string& url) {
        gate_.runner.settle();
        std::vector<Poco::JSON::Object::Ptr> events;
        for (const HookRequest& request : gate_.transport.requests()) {
            if (request.url != url) continue;
            const auto batch = Poco::JSON::Parser().parse(request.body).extract<Poco::JSON::Array::Ptr>();
            for (unsigned i = 0; i < batch->size(); ++i) events.push_back(batch->getObject(i));
        }
        return events;
    }

    Words namesSentTo(const std::string& url) {
        Words names;
        for (const auto& event : sentTo(url)) names.push_back(event->getValue<std::string>("event"));
        return names;
    }

    /// What the log says of a webhook that is gone.
    std::string log() const {
        const auto until = std::chrono::steady_clock::now() + support::kPatience;
        while (std::chrono::steady_clock::now() < until) {
            const std::string text = support::contentOf(logFile_);
            const std::size_t end = text.find('\n', text.find("is gone"));
            if (end != std::string::npos) return text.substr(text.rfind('[', end), end - text.rfind('[', end));
            std::this_thread::yield();
        }
        return {};
    }

    support::TempDir folder_;
    std::string logFile_ = folder_.file("log");
    support::HookGate gate_{logFile_};
};

TEST_F(EventFeedTest, PutsEventsIntoTheDocumentsEnvelope) {
    gate_.transport.answerAlways("http://a", answered(200, ""));
    const auto feed = feedTo({webhookTo("http://a")});
    feed->start();
    const auto events = sentTo("http://a");
    ASSERT_EQ(events.size(), 1U);
    const Poco::JSON::Object& up = *events.front();
    EXPECT_EQ(support::shapeOfValue(events.front()), support::shapeOfValue(support::documentedEvent("service:up")));
    EXPECT_EQ(up.getValue<std::string>("event"), "service:up");
    EXPECT_EQ(up.getValue<std::string>("device"), "mediaserver");
    EXPECT_EQ(up.getValue<std::string>("server"), "ms-test-\"dev1\"");
    EXPECT_EQ(up.getValue<int>("pid"), 533277);
    EXPECT_EQ(up.getValue<Poco::Int64>("seq"), 1001);
    EXPECT_EQ(up.getValue<Poco::Int64>("timestamp"), up.getObject("data")->getValue<Poco::Int64>("at"));
}

TEST_F(EventFeedTest, AnEventHasAnIdUnlessItsWebhookWantsNone) {
    config::WebhookConfig without = webhookTo("http://b");
    without.calls.tellsEventId = false;
    for (const char* url : {"http://a", "http://b"}) gate_.transport.answerAlways(url, answered(200, ""));
    const auto feed = feedTo({webhookTo("http://a"), without});
    feed->start();
    ASSERT_EQ(sentTo("http://a").size(), 1U);
    ASSERT_EQ(sentTo("http://b").size(), 1U);
    EXPECT_EQ(sentTo("http://a").front()->getValue<std::string>("event_id"), "ms-test-\"dev1\"-1001");
    EXPECT_FALSE(sentTo("http://b").front()->has("event_id"));
    EXPECT_EQ(sentTo("http://b").front()->getValue<Poco::Int64>("seq"), 1001) << "the same event";
}

TEST_F(EventFeedTest, ThisProcessNumbersFromItsStartInMicroseconds) {
    const auto first = EventFeed::Sender::ofProcess(base::SystemClock());
    EXPECT_EQ(std::to_string(first.numberBefore).size(), 16U) << "as in the document";
    EXPECT_FALSE(first.server.empty());
    EXPECT_GT(first.pid, 0);
    EXPECT_LE(first.numberBefore, EventFeed::Sender::ofProcess(base::SystemClock()).numberBefore);
}

TEST_F(EventFeedTest, NumbersRiseWhoeverPosts) {
    gate_.transport.answerAlways("http://a", answered(200, ""));
    const auto feed = feedTo({webhookTo("http://a")});
    std::vector<std::thread> posters;
    for (int i = 0; i < 4; ++i)
        posters.emplace_back([&] {
            for (int j = 0; j < 500; ++j) feed->post(serviceEvent(feed->clock(), EventName::ServicePulse));
        });
    for (std::thread& poster : posters) poster.join();
    feed->stop();
    const auto events = sentTo("http://a");
    ASSERT_EQ(events.size(), 2000U);
    for (std::size_t i = 0; i < events.size(); ++i)
        ASSERT_EQ(events[i]->getValue<Poco::Int64>("seq"), 1001 + static_cast<Poco::Int64>(i));
}

TEST_F(EventFeedTest, EachWebhookGetsWhatItWants) {
    for (const char* url : {"http://a", "http://b", "http://c"}) gate_.transport.answerAlways(url, answered(200, ""));
    const auto feed = feedTo({webhookTo("http://a"), webhookTo("http://b", {"service:emergency", "service:down"}),
                              webhookTo("http://c", {"stream:unheard"})});
    feed->start();
    feed->emergency("recorder", "disk full");
    feed->stop();
    EXPECT_EQ(namesSentTo("http://a"), (Words{"service:up", "service:emergency", "service:down"}));
    EXPECT_EQ(namesSentTo("http://b"), (Words{"service:emergency", "service:down"}));
    EXPECT_TRUE(namesSentTo("http://c").empty());
    EXPECT_EQ(sentTo("http://a")[1]->getValue<Poco::Int64>("seq"), sentTo("http://b")[0]->getValue<Poco::Int64>("seq"))
        << "an event has one number";
    ASSERT_EQ(feed->figures().size(), 3U);
    EXPECT_EQ(feed->figures()[1].sent, 2U);
}

TEST_F(EventFeedTest, PulsesAtThePeriodOfEachWebhook) {
    config::WebhookConfig slow = webhookTo("http://slow");
    config::WebhookConfig quick = webhookTo("http://quick");
    config::WebhookConfig quickToo = webhookTo("http://quick2");
    quick.pulseMs = quickToo.pulseMs = 2000;
    for (const char* url : {"http://slow", "http://quick", "http://quick2"})
        gate_.transport.answerAlways(url, answered(200, ""));
    const auto feed = feedTo({slow, quick, quickToo});
    EXPECT_EQ(feed->pulsePeriodsMs(), (std::vector<std::int64_t>{2000, 60'000}));
    feed->start();
    gate_.runner.settle();
    gate_.pass(1999);
    EXPECT_EQ(namesSentTo("http://quick"), Words{"service:up"});
    gate_.pass(1);
    gate_.pass(2000);
    EXPECT_EQ(namesSentTo("http://quick"), (Words{"service:up", "service:pulse", "service:pulse"}));
    EXPECT_EQ(namesSentTo("http://quick2"), namesSentTo("http://quick"));
    EXPECT_EQ(namesSentTo("http://slow"), Words{"service:up"});
    gate_.pass(56'000);
    EXPECT_EQ(namesSentTo("http://slow"), (Words{"service:up", "service:pulse"}));
}

TEST_F(EventFeedTest, TheEndIsToldLast) {
    gate_.transport.answerAlways("http://a", answered(200, ""));
    const auto feed = feedTo({webhookTo("http://a")});
    feed->start();
    feed->stop();
    feed->stop();
    feed->post(serviceEvent(feed->clock(), EventName::ServicePulse));
    gate_.pass(120'000);
    EXPECT_EQ(namesSentTo("http://a"), (Words{"service:up", "service:down"}));
}

TEST_F(EventFeedTest, OneThatNeverWasUpIsNotDown) {
    gate_.transport.answerAlways("http://a", answered(200, ""));
    const auto feed = feedTo({webhookTo("http://a")});
    feed->emergency("listener", "address in use");
    feed->stop();
    EXPECT_EQ(namesSentTo("http://a"), Words{"service:emergency"});
}

TEST_F(EventFeedTest, TheEndWaitsForWhatIsQueued) {
    config::WebhookConfig webhook = webhookTo("http://a");
    webhook.flushMs = 60'000;
    const auto feed = feedTo({webhook});
    feed->start();
    ASSERT_TRUE(gate_.transport.waitForCalls(1));
    std::thread stopping([&] { feed->stop(); });
    gate_.transport.answer(0, failed(Outcome::ConnectFailed));
    // Its hurry shortens this wait or the next one: time passes until the call is there.
    while (gate_.transport.requests().size() < 2) gate_.pass(EventWebhook::kHurriedRetryMs);
    gate_.transport.answerAlways("http://a", answered(200, ""));
    gate_.transport.answer(1, answered(200, ""));
    stopping.join();
    const EventWebhookFigures figures = feed->figures().front();
    EXPECT_EQ(figures.sent, 2U);
    EXPECT_EQ(figures.queued, 0U);
    EXPECT_EQ(namesSentTo("http://a").back(), "service:down");
}

TEST_F(EventFeedTest, TheEndWaitsNoLongerThanAllowed) {
    config::WebhookConfig webhook = webhookTo("http://a");
    webhook.flushMs = 50;
    const auto feed = feedTo({webhook});
    feed->start();
    const auto begin = std::chrono::steady_clock::now();
    feed->stop();
    const auto took = std::chrono::steady_clock::now() - begin;
    EXPECT_GE(took, std::chrono::milliseconds(50));
    EXPECT_EQ(feed->figures().front().queued, 2U) << "up, which nobody answered, and down";
}

TEST_F(EventFeedTest, WebhooksThatStayNoticeNothingOfThoseThatComeAndGo) {
    for (const char* url : {"http://stays", "http://goes", "http://comes"})
        gate_.transport.answerAlways(url, answered(200, ""));
    const auto feed = feedTo({webhookTo("http://stays"), webhookTo("http://goes")});
    feed->start();
    feed->apply({webhookTo("http://comes"), webhookTo("http://stays")});
    feed->post(serviceEvent(feed->clock(), EventName::ServicePulse));
    EXPECT_EQ(namesSentTo("http://stays"), (Words{"service:up", "service:pulse"}));
    EXPECT_EQ(namesSentTo("http://goes"), Words{"service:up"});
    EXPECT_EQ(namesSentTo("http://comes"), Words{"service:pulse"});
    EXPECT_EQ(feed->figures().at(1).posted, 2U);
    feed->stop();
}

TEST_F(EventFeedTest, OneThatGoesDeliversWhatItHas) {
    config::WebhookConfig leaving = webhookTo("http://a");
    leaving.flushMs = 60'000;
    const auto feed = feedTo({leaving});
    feed->start();
    ASSERT_TRUE(gate_.transport.waitForCalls(1));
    feed->apply({});
    EXPECT_FALSE(feed->enabled());
    gate_.transport.answer(0, failed(Outcome::ConnectFailed));
    gate_.transport.answerAlways("http://a", answered(200, ""));
    gate_.runner.settle();
    gate_.pass(EventWebhook::kFirstRetryMs);
    EXPECT_EQ(namesSentTo("http://a"), (Words{"service:up", "service:up"})) << "the second time with success";
    feed->stop();
    EXPECT_EQ(sentTo("http://a").size(), 2U) << "the end is for others";
}

TEST_F(EventFeedTest, OneThatGoesGivesUpAfterItsFlush) {
    config::WebhookConfig leaving = webhookTo("http://a");
    leaving.flushMs = 5000;
    const auto feed = feedTo({leaving});
    feed->start();
    feed->post(serviceEvent(gate_.clock, EventName::ServicePulse));
    ASSERT_TRUE(gate_.transport.waitForCalls(1));
    gate_.transport.answerAlways("http://a", failed(Outcome::ConnectFailed, "nobody listens"));
    feed->apply({});
    gate_.transport.answer(0, failed(Outcome::ConnectFailed, "nobody listens"));
    gate_.runner.settle();
    for (int i = 0; i < 50; ++i) gate_.pass(100);
    const std::size_t calls = gate_.transport.requests().size();
    EXPECT_GT(calls, 10U) << "it hurries, as at the end";
    for (int i = 0; i < 100; ++i) gate_.pass(60'000);
    EXPECT_EQ(gate_.transport.requests().size(), calls);
    EXPECT_EQ(log(), "[webhook] http://a is gone from the configuration, and 2 events are lost: nobody listens");
    feed->stop();
    EXPECT_EQ(gate_.transport.requests().size(), calls);
}

TEST_F(EventFeedTest, OneThatGoesWaitsForNoAnswerAfterItsFlush) {
    config::WebhookConfig leaving = webhookTo("http://a");
    leaving.flushMs = 5000;
    const auto feed = feedTo({leaving});
    feed->start();
    ASSERT_TRUE(gate_.transport.waitForCalls(1));
    feed->apply({});
    gate_.runner.settle();
    gate_.pass(5000);
    EXPECT_EQ(log(), "[webhook] http://a is gone from the configuration, and 1 events are lost: no answer yet");
    gate_.transport.answer(0, answered(200, ""));
    gate_.runner.settle();
    gate_.pass(60'000);
    EXPECT_EQ(gate_.transport.requests().size(), 1U);
    feed->stop();
}

TEST_F(EventFeedTest, PulsesBeginAndEndWithTheirWebhooks) {
    gate_.transport.answerAlways("http://a", answered(200, ""));
    config::WebhookConfig quick = webhookTo("http://a");
    quick.pulseMs = 2000;
    config::WebhookConfig quicker = quick;
    quicker.pulseMs = 500;
    const auto feed = feedTo({quick});
    feed->start();
    gate_.runner.settle();
    gate_.pass(2000);
    feed->apply({quicker});
    gate_.runner.settle();
    for (int i = 0; i < 4; ++i) gate_.pass(500);
    EXPECT_EQ(namesSentTo("http://a").size(), 1U + 1U + 4U);
    feed->apply({quick, quicker});
    gate_.runner.settle();
    for (int i = 0; i < 4; ++i) gate_.pass(500);
    EXPECT_EQ(namesSentTo("http://a").size(), 6U + 4U + 1U) << "one timer per period";
}

TEST_F(EventFeedTest, WithoutWebhooksItDoesNothing) {
    const auto feed = feedTo({});
    EXPECT_FALSE(feed->enabled());
    feed->start();
    feed->post(serviceEvent(feed->clock(), EventName::ServicePulse));
    EXPECT_TRUE(feed->pulsePeriodsMs().empty());
    EXPECT_TRUE(feed->figures().empty());
    feed->stop();
    gate_.pass(120'000);
    EXPECT_TRUE(gate_.transport.requests().empty());
}

} // namespace
} // namespace hookcast::hooks
