// The events of webhooks, over the ends of processes and the troubles of disks.
#include "spool/WebhookQueues.h"
#include "unit/spool/SpoolHome.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::spool {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Texts = std::vector<std::string>;
using Queue = std::shared_ptr<hooks::EventQueue>;

constexpr std::size_t kAll = 1000;

class WebhookQueueTest : public SpoolHome {
  protected:
    void beginWithQueues() {
        begin();
        makeQueues();
    }

    void killAndBegin() {
        queues_.reset(); // which goes with the process
        beginFromCopy();
        makeQueues();
    }

    void makeQueues() {
        queues_ = std::make_unique<WebhookQueues>(*spool_);
        spool_->listen({[this](const std::string&) { lost_.happen(); },
                        [this] {
                            queues_->lookAgain();
                            back_.happen();
                        },
                        nullptr,
                        [this](const std::string& webhook, hooks::SpoolNumber upTo) {
                            queues_->forget(webhook, upTo);
                            forgotten_.happen();
                        }});
    }

    Queue open(std::uint32_t limit = 100, std::size_t which = 0) {
        config::WebhookConfig webhook;
        webhook.url = "http://backend/?token=secret";
        webhook.queue = limit;
        return queues_->open(webhook, which);
    }

    static void push(const Queue& queue, const Texts& texts) {
        for (const std::string& text : texts) queue->push(0, std::make_shared<const std::string>(text));
    }

    /// Waits until the queue has something to say.
    static Texts take(const Queue& queue, std::size_t most = kAll) {
        while (true) {
            const auto ready = std::make_shared<support::Event>();
            Texts texts;
            for (const auto& event : queue->take(most, [ready] { ready->happen(); })) texts.push_back(*event);
            if (!texts.empty()) return texts;
            if (!ready->wait()) return {"nothing came"};
        }
    }

    /// All that is left, which is confirmed.
    static Texts drain(const Queue& queue) {
        Texts all;
        while (queue->figures().queued > 0) {
            for (const std::string& text : take(queue)) all.push_back(text);
            queue->confirm();
        }
        return all;
    }

    /// Whatever has been given is in the database, and the spool has looked after it.
    void settle() { entries(); }

    support::Event lost_;
    support::Event back_;
    support::Event forgotten_;
    std::unique_ptr<WebhookQueues> queues_;
};

TEST_F(WebhookQueueTest, AfterAKillABatchComesAgainAsItWasAndTheOthersBehindIt) {
    beginWithQueues();
    Queue queue = open();
    push(queue, {"1", "2", "3", "4", "5"});
    EXPECT_THAT(take(queue, 2), ElementsAre("1", "2"));
    killAndBegin();
    queue = open();
    push(queue, {"6"});
    EXPECT_THAT(take(queue, kAll), ElementsAre("1", "2")) << "whatever a batch may be now";
    queue->confirm();
    EXPECT_THAT(take(queue, kAll), ElementsAre("3", "4", "5", "6"));
    queue->confirm();
    EXPECT_EQ(queue->figures().posted, 6U);
    EXPECT_EQ(queue->figures().sent, 6U);
    settle();
    killAndBegin();
    queue = open();
    push(queue, {"7"});
    EXPECT_THAT(take(queue), ElementsAre("7")) << "what was confirmed is done with";
}

TEST_F(WebhookQueueTest, WhatTheDatabaseHasNotSeenYetIsInTheJournal) {
    terms_.windowMs = 3'600'000;
    beginWithQueues();
    Queue queue = open();
    spool_->readOwed("http://none", 1, [this](const auto&) { back_.happen(); }); // a task ends the window once
    ASSERT_TRUE(back_.wait());
    push(queue, {"1", "2", "3"});
    EXPECT_THAT(take(queue, 1), ElementsAre("1"));
    terms_.windowMs = 1;
    killAndBegin();
    queue = open();
    EXPECT_THAT(take(queue), ElementsAre("1"));
    queue->confirm();
    EXPECT_THAT(take(queue), ElementsAre("2", "3"));
}

TEST_F(WebhookQueueTest, ABatchThatFailsStaysTogetherWhileOthersMakeRoom) {
    beginWithQueues();
    const Queue queue = open(4);
    push(queue, {"1", "2", "3", "4"});
    EXPECT_THAT(take(queue, 2), ElementsAre("1", "2"));
    queue->giveBack();
    push(queue, {"5", "6"});
    EXPECT_THAT(take(queue, 1), ElementsAre("1", "2"));
    queue->confirm();
    EXPECT_THAT(take(queue), ElementsAre("5", "6"));
    EXPECT_EQ(queue->figures().dropped, 2U);
    settle();
    killAndBegin();
    EXPECT_THAT(take(open()), ElementsAre("5", "6")) << "what made room has left the disk, too";
}

TEST_F(WebhookQueueTest, AGracefulEndLeavesWhatIsOnTheDisk) {
    beginWithQueues();
    Queue queue = open();
    push(queue, {"1", "2"});
    EXPECT_EQ(queue->heldHere(), 0U);
    queue.reset();
    queues_.reset();
    spool_->stop();
    spool_.reset();
    beginWithQueues();
    EXPECT_THAT(take(open()), ElementsAre("1", "2"));
}

TEST_F(WebhookQueueTest, OfMoreThanHaveRoomTheNewestAreTaken) {
    beginWithQueues();
    push(open(), {"1", "2", "3", "4"});
    settle();
    killAndBegin();
    const Queue queue = open(2);
    EXPECT_THAT(take(queue), ElementsAre("3", "4"));
    EXPECT_EQ(spool_->figures().dropped, 2U);
}

TEST_F(WebhookQueueTest, AQueueThatIsGivenUpStaysOnTheDiskUntilItIsWantedAgain) {
    beginWithQueues();
    Queue queue = open();
    push(queue, {"1", "2"});
    EXPECT_THAT(take(queue, 1), ElementsAre("1"));
    EXPECT_EQ(queue->clear(), 0U) << "lost";
    EXPECT_EQ(queue->figures().queued, 0U);
    const Queue again = open();
    EXPECT_EQ(again, queue) << "as somebody has it still";
    push(again, {"3"});
    EXPECT_THAT(take(again), ElementsAre("1"));
    again->confirm();
    EXPECT_THAT(drain(again), ElementsAre("2", "3"));
}

TEST_F(WebhookQueueTest, BlocksWithOneUrlHaveAQueueEach) {
    beginWithQueues();
    push(open(kAll, 0), {"a"});
    push(open(kAll, 1), {"b"});
    settle();
    killAndBegin();
    EXPECT_THAT(take(open(kAll, 1)), ElementsAre("b"));
    EXPECT_THAT(take(open(kAll, 0)), ElementsAre("a"));
}

TEST_F(WebhookQueueTest, WithoutADiskItGoesOnInMemoryAndLaterTellsThePastToo) {
    beginWithQueues();
    push(open(), {"1", "2"});
    settle();
    queues_.reset();
    spool_.reset();
    clock_.advanceMs(1);
    std::filesystem::rename(folder_.file("a"), folder_.file("b"));
    std::ofstream(folder_.file("a")) << "a file where the folder should be";
    beginWithQueues();
    ASSERT_TRUE(lost_.wait());
    const Queue queue = open();
    push(queue, {"3", "4"});
    EXPECT_THAT(take(queue, 1), ElementsAre("3"));
    EXPECT_EQ(queue->heldHere(), 2U);
    std::filesystem::remove(folder_.file("a"));
    std::filesystem::rename(folder_.file("b"), folder_.file("a"));
    clock_.advanceMs(terms_.retryMs);
    ASSERT_TRUE(back_.wait());
    settle();
    queue->giveBack();
    EXPECT_THAT(take(queue), ElementsAre("3")) << "which had been sent";
    queue->confirm();
    EXPECT_THAT(drain(queue), ElementsAre("1", "2", "4"));
    EXPECT_EQ(queue->heldHere(), 0U);
}

TEST_F(WebhookQueueTest, WhatIsTooOldIsDroppedAndCounted) {
    terms_.keepMs = 10'000;
    beginWithQueues();
    const Queue queue = open();
    push(queue, {"1", "2"});
    settle();
    clock_.advanceMs(11'000);
    push(queue, {"3"});
    settle();
    ASSERT_TRUE(forgotten_.wait());
    EXPECT_THAT(take(queue), ElementsAre("3"));
    EXPECT_EQ(queue->figures().dropped, 2U);
    EXPECT_EQ(spool_->figures().dropped, 2U);
}

TEST_F(WebhookQueueTest, WhatDoesNotFitIsDroppedFromTheOldestOn) {
    terms_.mostBytes = 1024 * 1024;
    beginWithQueues();
    const Queue queue = open(kAll * 10);
    const std::string kilobyte(1000, 'x');
    for (int i = 0; i < 3000; ++i) push(queue, {kilobyte});
    push(queue, {"newest"});
    for (int i = 0; i < 10; ++i) { // it looks every two seconds
        clock_.advanceMs(3000);
        settle();
    }
    const hooks::EventQueue::Figures figures = queue->figures();
    EXPECT_GE(figures.dropped, 2000U);
    EXPECT_LT(figures.queued, 1100U);
    EXPECT_EQ(figures.posted, figures.dropped + figures.queued);
    EXPECT_EQ(spool_->figures().dropped, figures.dropped);
    EXPECT_EQ(drain(queue).back(), "newest");
}

TEST_F(WebhookQueueTest, WhatNeedsNoDatabaseDoesNotFillTheJournal) {
    beginWithQueues();
    Queue queue = open(1);
    push(queue, {"on its way"});
    EXPECT_THAT(take(queue), ElementsAre("on its way"));
    const std::string kilobyte(1000, 'x');
    for (std::size_t i = 0; i < 3 * Journal::kBytes / kilobyte.size(); ++i) {
        push(queue, {kilobyte}); // which makes room at once
        if (i % 500 == 0) settle();
    }
    queue->confirm();
    terms_.windowMs = 3'600'000; // for the next life: what it is given stays in the journal
    killAndBegin();
    queue = open(10);
    settle();
    for (int i = 0; i < 3; ++i) {
        push(queue, {kilobyte});
        EXPECT_FALSE(take(queue).empty());
        queue->confirm();
        settle();
    }
    push(queue, {"last"});
    terms_.windowMs = 1;
    killAndBegin();
    EXPECT_THAT(take(open(10)), testing::Contains("last"));
}

TEST_F(WebhookQueueTest, WhoeverHasItNextIsToldWhenTheBatchIsBack) {
    beginWithQueues();
    const Queue queue = open();
    push(queue, {"1"});
    EXPECT_THAT(take(queue), ElementsAre("1"));
    support::Event ready;
    EXPECT_THAT(queue->take(kAll, [&] { ready.happen(); }), IsEmpty());
    queue->giveBack();
    EXPECT_TRUE(ready.wait());
}

} // namespace
} // namespace hookcast::spool
