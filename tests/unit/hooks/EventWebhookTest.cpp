#include "hooks/EventWebhook.h"

#include "hooks/LocalEventQueue.h"
#include "unit/support/HookGate.h"
#include "unit/support/TempDir.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace hookcast::hooks {
namespace {

using config::EventName;
using support::answered;
using support::failed;
using Outcome = HookResponse::Outcome;
using Bodies = std::vector<std::string>;

constexpr const char* kUrl = "http://user:secret@a/event/?token=secret";

config::WebhookConfig webhookConfig(std::uint32_t batch = 3, std::uint32_t queue = 10) {
    config::WebhookConfig webhook;
    webhook.url = kUrl;
    webhook.batch = batch;
    webhook.queue = queue;
    return webhook;
}

class EventWebhookTest : public ::testing::Test {
  protected:
    explicit EventWebhookTest(const config::WebhookConfig& webhook = webhookConfig())
        : webhook_(std::make_shared<EventWebhook>(webhook, std::make_shared<LocalEventQueue>(webhook.queue),
                                                  gate_.transport, gate_.runner.loop(), gate_.log,
                                                  [this] { return spread_; })) {
        webhook_->start();
    }

    void enqueue(int first, int last) {
        for (int i = first; i <= last; ++i) enqueueOne(i);
        gate_.runner.settle();
    }

    void enqueueOne(int i) {
        webhook_->enqueue(static_cast<std::uint64_t>(i), std::make_shared<const std::string>(std::to_string(i)));
    }

    void answer(std::size_t call, const HookResponse& response) {
        ASSERT_TRUE(gate_.transport.waitForCalls(call + 1)) << "call " << call;
        gate_.transport.answer(call, response);
        gate_.runner.settle();
    }

    Bodies bodies() const {
        Bodies all;
        for (const HookRequest& request : gate_.transport.requests()) all.push_back(request.body);
        return all;
    }

    /// That no call is made before `waitMs` have passed, and one is then.
    void expectRetryAfter(std::int64_t waitMs) {
        const std::size_t before = bodies().size();
        gate_.pass(waitMs - 1);
        EXPECT_EQ(bodies().size(), before) << "before " << waitMs << " ms";
        gate_.pass(1);
        EXPECT_EQ(bodies().size(), before + 1) << "after " << waitMs << " ms";
    }

    double spread_ = 1;
    support::HookGate gate_;
    std::shared_ptr<EventWebhook> webhook_;
};

TEST_F(EventWebhookTest, PostsAJsonArray) {
    enqueue(1, 1);
    ASSERT_TRUE(gate_.transport.waitForCalls(1));
    const HookRequest request = gate_.transport.requests().front();
    EXPECT_EQ(request.url, kUrl);
    EXPECT_EQ(request.method, config::HttpMethod::Post);
    EXPECT_EQ(request.contentType, "application/json");
    EXPECT_EQ(request.body, "[1]");
    EXPECT_EQ(request.timeoutMs, 10'000);
}

TEST_F(EventWebhookTest, HasOneCallInFlightAndSendsWhatCameMeanwhileInBatches) {
    enqueue(1, 1);
    enqueue(2, 8);
    EXPECT_EQ(bodies(), Bodies{"[1]"});
    answer(0, answered(200, ""));
    EXPECT_EQ(bodies(), (Bodies{"[1]", "[2,3,4]"}));
    answer(1, answered(204, ""));
    answer(2, answered(200, "anything"));
    answer(3, answered(200, ""));
    EXPECT_EQ(bodies(), (Bodies{"[1]", "[2,3,4]", "[5,6,7]", "[8]"}));
}

TEST_F(EventWebhookTest, CountsWhatBecomesOfEvents) {
    enqueue(1, 1);
    EXPECT_EQ(webhook_->figures().queued, 1U);
    answer(0, answered(202, ""));
    const EventWebhookFigures figures = webhook_->figures();
    EXPECT_EQ(figures.url, "http://a/event/");
    EXPECT_EQ(figures.posted, 1U);
    EXPECT_EQ(figures.sent, 1U);
    EXPECT_EQ(figures.queued, 0U);
    EXPECT_EQ(figures.dropped, 0U);
    EXPECT_EQ(figures.failures, 0U);
    EXPECT_EQ(figures.lastStatus, 202);
    EXPECT_EQ(figures.lastError, "");
}

TEST_F(EventWebhookTest, WhatFailedIsSentAgainBeforeWhatCameLater) {
    enqueue(1, 1);
    enqueue(2, 3);
    answer(0, answered(500, ""));
    enqueue(4, 5);
    EXPECT_EQ(bodies(), (Bodies{"[1]"})) << "it waits";
    expectRetryAfter(1000);
    answer(1, answered(200, ""));
    answer(2, answered(200, ""));
    answer(3, answered(200, ""));
    EXPECT_EQ(bodies(), (Bodies{"[1]", "[1]", "[2,3,4]", "[5]"})) << "the batch that failed as it was";
    EXPECT_EQ(webhook_->figures().failures, 1U);
    EXPECT_EQ(webhook_->figures().lastError, "status 500");
    EXPECT_EQ(webhook_->figures().sent, 5U);
}

TEST_F(EventWebhookTest, WaitsLongerAndLongerUpToABound) {
    enqueue(1, 1);
    std::size_t call = 0;
    for (const std::int64_t waitMs : {1000, 2000, 4000, 8000, 16'000, 30'000, 30'000}) {
        answer(call++, failed(Outcome::ConnectFailed));
        expectRetryAfter(waitMs);
    }
    answer(call++, answered(200, ""));
    enqueue(2, 2);
    answer(call++, failed(Outcome::TimedOut));
    expectRetryAfter(1000);
}

TEST_F(EventWebhookTest, TheWaitIsSpreadOverItsSecondHalf) {
    spread_ = 0;
    enqueue(1, 1);
    answer(0, failed(Outcome::Broken));
    expectRetryAfter(500);
    spread_ = 0.5;
    answer(1, failed(Outcome::QueueFull));
    expectRetryAfter(1500);
}

TEST_F(EventWebhookTest, OnlyTheTwoHundredsConfirm) {
    enqueue(1, 1);
    std::size_t call = 0;
    for (const int status : {100, 301, 304, 408, 425, 429, 500, 503}) {
        answer(call++, answered(status, "0"));
        EXPECT_EQ(webhook_->figures().queued, 1U) << status;
        EXPECT_EQ(webhook_->figures().lastStatus, status);
        gate_.pass(30'000);
    }
    HookResponse longAnswer = failed(Outcome::TooLarge);
    longAnswer.status = 200;
    answer(call, longAnswer);
    EXPECT_EQ(webhook_->figures().sent, 1U) << "whatever the answer says";
}

TEST_F(EventWebhookTest, AFullQueueDropsTheOldestThatIsNotOnItsWay) {
    enqueue(1, 1);
    enqueue(2, 13);
    EXPECT_EQ(webhook_->figures().queued, 10U);
    EXPECT_EQ(webhook_->figures().dropped, 3U);
    answer(0, answered(200, ""));
    answer(1, answered(200, ""));
    answer(2, answered(200, ""));
    answer(3, answered(200, ""));
    EXPECT_EQ(bodies(), (Bodies{"[1]", "[5,6,7]", "[8,9,10]", "[11,12,13]"}));
    const EventWebhookFigures figures = webhook_->figures();
    EXPECT_EQ(figures.posted, figures.sent + figures.dropped);
}

TEST_F(EventWebhookTest, WhatFailedIsOldAndDroppedFirst) {
    enqueue(1, 1);
    answer(0, failed(Outcome::ConnectFailed));
    enqueue(2, 12);
    gate_.pass(1000);
    EXPECT_EQ(bodies(), (Bodies{"[1]", "[3]"}));
    EXPECT_EQ(webhook_->figures().dropped, 2U);
}

class SmallWebhookTest : public EventWebhookTest {
  protected:
    SmallWebhookTest() : EventWebhookTest(webhookConfig(2, 2)) {}
};

TEST_F(SmallWebhookTest, WhenEverythingIsOnItsWayTheNewestIsDropped) {
    gate_.runner.run([this] {
        for (const int i : {1, 2}) enqueueOne(i);
    });
    gate_.runner.settle();
    EXPECT_EQ(bodies().back(), "[1,2]");
    enqueue(3, 3);
    EXPECT_EQ(webhook_->figures().queued, 2U);
    EXPECT_EQ(webhook_->figures().dropped, 1U);
    answer(0, answered(200, ""));
    EXPECT_EQ(webhook_->figures().sent, 2U);
}

TEST_F(EventWebhookTest, ABatchHasAnIdWhichIsTheSameWhenItIsToldAgain) {
    enqueue(1, 1);
    answer(0, answered(503, ""));
    enqueue(2, 9);
    gate_.pass(1000);
    answer(1, answered(200, ""));
    ASSERT_TRUE(gate_.transport.waitForCalls(3));
    const std::vector<HookRequest> requests = gate_.transport.requests();
    EXPECT_FALSE(requests[0].id.empty());
    EXPECT_EQ(requests[1].id, requests[0].id);
    EXPECT_NE(requests[2].id, requests[0].id);
}

TEST_F(EventWebhookTest, ARefusalForGoodDropsTheBatchAndGoesOnAtOnce) {
    enqueue(1, 1);
    enqueue(2, 3);
    answer(0, answered(404, ""));
    HookResponse longAnswer = failed(Outcome::TooLarge);
    longAnswer.status = 410;
    answer(1, longAnswer);
    enqueue(4, 4);
    answer(2, answered(200, ""));
    EXPECT_EQ(bodies(), (Bodies{"[1]", "[2,3]", "[4]"}));
    const EventWebhookFigures figures = webhook_->figures();
    EXPECT_EQ(figures.dropped, 3U);
    EXPECT_EQ(figures.sent, 1U);
    EXPECT_EQ(figures.failures, 2U);
    EXPECT_EQ(figures.lastError, "status 410");
}

TEST_F(EventWebhookTest, WaitsAsLongAsTheBackendAsksUpToItsLongestWait) {
    enqueue(1, 1);
    HookResponse busy = answered(429, "");
    busy.retryAfterMs = 5000;
    answer(0, busy);
    expectRetryAfter(5000);
    busy.retryAfterMs = 24LL * 3600 * 1000;
    answer(1, busy);
    expectRetryAfter(30'000);
    busy.retryAfterMs = 0;
    answer(2, busy);
    expectRetryAfter(4000);
}

TEST_F(EventWebhookTest, DropsAndFailuresAreLoggedAtALimitedRateWithoutSecrets) {
    const support::TempDir folder;
    auto log = std::make_unique<base::Log>(base::LogLevel::Trace, folder.file("log"));
    webhook_ = std::make_shared<EventWebhook>(webhookConfig(), std::make_shared<LocalEventQueue>(10), gate_.transport,
                                              gate_.runner.loop(), *log, [] { return 1.0; });
    webhook_->start();
    enqueue(1, 1);
    enqueue(2, 50);
    for (std::size_t call = 0; call < 3; ++call) {
        answer(call, answered(500, ""));
        gate_.pass(1000 << call);
    }
    gate_.pass(10'000);
    enqueue(51, 52);
    answer(3, answered(500, ""));
    gate_.pass(8000);
    answer(4, answered(200, ""));
    webhook_.reset();
    log.reset();
    std::vector<std::string> lines = support::linesOf(folder.file("log"));
    for (std::string& line : lines) line = line.substr(line.find("[webhook]"));
    EXPECT_EQ(lines, (Bodies{
                         "[webhook] http://a/event/: 1 events dropped, 10 wait already",
                         "[webhook] http://a/event/: events are not taken (1 times): status 500; 10 wait, the next "
                         "attempt is in 1000 ms",
                         "[webhook] http://a/event/: 40 events dropped, 10 wait already",
                         "[webhook] http://a/event/: events are not taken (3 times): status 500; 10 wait, the next "
                         "attempt is in 8000 ms",
                         "[webhook] http://a/event/: takes events again after 4 failed calls",
                     }));
}

TEST_F(EventWebhookTest, FiltersByName) {
    const auto wants = [this](const config::WebhookConfig& config, EventName name, std::int64_t pulseMs = 0) {
        const EventWebhook webhook(config, std::make_shared<LocalEventQueue>(10), gate_.transport, gate_.runner.loop(),
                                   gate_.log, [] { return 0.0; });
        return webhook.wants({.name = name, .data = "{}", .pulseMs = pulseMs});
    };
    config::WebhookConfig config = webhookConfig();
    EXPECT_TRUE(wants(config, EventName::StreamDvr)) << "an empty list wants all";
    config.events = {"service:up", "stream:create"};
    EXPECT_TRUE(wants(config, EventName::ServiceUp));
    EXPECT_TRUE(wants(config, EventName::StreamCreate));
    EXPECT_FALSE(wants(config, EventName::StreamDvr));
    config.events = {"stream:creat"};
    EXPECT_FALSE(wants(config, EventName::StreamCreate)) << "a list of unknown names wants nothing";
    config.events.clear();
    EXPECT_TRUE(wants(config, EventName::StreamPulse, 60'000));
    EXPECT_FALSE(wants(config, EventName::StreamPulse, 1000)) << "a pulse of another period";
}

TEST_F(EventWebhookTest, InAHurryItTriesAgainAtOnceAndOften) {
    enqueue(1, 1);
    answer(0, failed(Outcome::ConnectFailed));
    webhook_->hurry();
    gate_.runner.settle();
    EXPECT_EQ(bodies().size(), 2U) << "the wait is over";
    answer(1, failed(Outcome::ConnectFailed));
    expectRetryAfter(EventWebhook::kHurriedRetryMs);
    EXPECT_EQ(webhook_->queue()->heldHere(), 1U);
    answer(2, answered(200, ""));
    EXPECT_EQ(webhook_->queue()->heldHere(), 0U);
}

TEST_F(EventWebhookTest, AStoppedTransportIsNotAskedAgain) {
    enqueue(1, 1);
    answer(0, failed(Outcome::Stopped));
    enqueue(2, 2);
    gate_.pass(60'000);
    EXPECT_EQ(bodies().size(), 1U);
    EXPECT_EQ(webhook_->figures().failures, 0U);
}

TEST_F(EventWebhookTest, MayDieWhileItIsCallingOrWaiting) {
    enqueue(1, 1);
    ASSERT_TRUE(gate_.transport.waitForCalls(1));
    webhook_.reset();
    answer(0, failed(Outcome::ConnectFailed));
    gate_.pass(60'000);
    EXPECT_EQ(bodies().size(), 1U);
}

} // namespace
} // namespace hookcast::hooks
