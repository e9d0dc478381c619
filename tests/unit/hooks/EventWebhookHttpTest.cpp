// Twenty thousand events over real HTTP, to a backend that is down, slow, or answers 500 and recovers.
#include "hooks/CurlTransport.h"
#include "hooks/EventFeed.h"
#include "unit/hooks/TestBackend.h"
#include "unit/support/LoopRunner.h"
#include "unit/support/TestEvents.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace hookcast::hooks {
namespace {

constexpr std::uint64_t kEvents = 20'000;
constexpr std::size_t kQueue = 5000;
constexpr std::size_t kBatch = 50;

/// Takes batches, or does not, and remembers the numbers of what it took.
class EventBackend {
  public:
    EventBackend() {
        backend_.on("/event/", [this](TestBackend::Request& request, TestBackend::Response& response) {
            take(TestBackend::bodyOf(request), response);
        });
    }

    std::string url() const { return backend_.url("/event/"); }

    void refuse(bool on) { refusing_ = on; }

    /// From the first batch on it answers nobody until it is released.
    void hold() { holding_ = true; }
    void release() {
        {
            const std::lock_guard lock(mutex_);
            holding_ = false;
        }
        released_.notify_all();
    }

    std::vector<std::uint64_t> numbers() const {
        const std::lock_guard lock(mutex_);
        return numbers_;
    }
    std::size_t largestBatch() const { return largestBatch_; }
    int mostAtOnce() const { return mostAtOnce_; }
    support::Event& calls() { return backend_.calls; }

  private:
    void take(const std::string& body, TestBackend::Response& response) {
        mostAtOnce_ = std::max<int>(mostAtOnce_, ++atOnce_);
        const auto batch = Poco::JSON::Parser().parse(body).extract<Poco::JSON::Array::Ptr>();
        largestBatch_ = std::max<std::size_t>(largestBatch_, batch->size());
        bool refused = false;
        {
            std::unique_lock lock(mutex_);
            released_.wait_for(lock, support::kPatience, [this] { return !holding_; });
            refused = refusing_;
            for (unsigned i = 0; !refused && i < batch->size(); ++i)
                numbers_.push_back(batch->getObject(i)->getValue<Poco::UInt64>("seq"));
        }
        --atOnce_;
        if (refused) response.setStatus(Poco::Net::HTTPResponse::HTTP_INTERNAL_SERVER_ERROR);
        TestBackend::reply(response, "0");
    }

    mutable std::mutex mutex_;
    std::condition_variable released_;
    std::vector<std::uint64_t> numbers_;
    std::atomic<bool> refusing_{false};
    std::atomic<bool> holding_{false};
    std::atomic<int> atOnce_{0};
    std::atomic<int> mostAtOnce_{0};
    std::atomic<std::size_t> largestBatch_{0};
    TestBackend backend_; ///< ends first
};

class EventWebhookHttpTest : public ::testing::Test {
  protected:
    std::shared_ptr<EventFeed> feedTo(const std::string& url) {
        config::WebhookConfig webhook;
        webhook.url = url;
        webhook.retryMs = 100;
        webhook.flushMs = 1000 * support::kPatience.count();
        return std::make_shared<EventFeed>(std::vector{webhook}, transport_, runner_.loop(), log_,
                                           EventFeed::Sender{"here", 1, 0});
    }

    /// Posts them all, and watches the queue while it does.
    static void postAll(EventFeed& feed) { post(feed, kEvents); }

    static void post(EventFeed& feed, std::uint64_t count) {
        for (std::uint64_t i = 0; i < count; ++i) {
            feed.post(serviceEvent(feed.clock(), config::EventName::ServicePulse));
            if (i % 100 == 0) {
                EXPECT_LE(feed.figures().front().queued, kQueue);
            }
        }
    }

    static void expectInOrder(const std::vector<std::uint64_t>& numbers) {
        EXPECT_TRUE(std::ranges::is_sorted(numbers));
        EXPECT_EQ(std::ranges::adjacent_find(numbers), numbers.end()) << "nothing came twice";
    }

    base::SystemClock clock_;
    base::Log log_{base::LogLevel::None, ""};
    support::LoopRunner runner_{clock_};
    CurlTransport transport_{{1024, 20'000}, clock_, log_};
};

TEST_F(EventWebhookHttpTest, OneThatAnswersMissesNothing) {
    EventBackend backend;
    const auto feed = feedTo(backend.url());
    for (std::uint64_t i = 0; i < kEvents; ++i) {
        while (feed->figures().front().queued >= kQueue) std::this_thread::yield();
        feed->post(serviceEvent(feed->clock(), config::EventName::ServicePulse));
    }
    feed->stop();
    EXPECT_EQ(backend.numbers().size(), kEvents);
    expectInOrder(backend.numbers());
    EXPECT_EQ(backend.numbers().back(), kEvents);
    EXPECT_EQ(backend.largestBatch(), kBatch);
    EXPECT_EQ(backend.mostAtOnce(), 1);
    EXPECT_EQ(feed->figures().front().sent, kEvents);
    EXPECT_EQ(feed->figures().front().dropped, 0U);
    transport_.stop();
}

TEST_F(EventWebhookHttpTest, OneThatIsDownCostsTheOldest) {
    Poco::Net::ServerSocket place; // taken, and nobody listens
    place.bind(Poco::Net::SocketAddress("127.0.0.1", 0));
    const std::string url = "http://127.0.0.1:" + std::to_string(place.address().port()) + "/event/";
    const auto feed = feedTo(url);
    postAll(*feed);
    const EventWebhookFigures figures = feed->figures().front();
    EXPECT_EQ(figures.posted, kEvents);
    EXPECT_EQ(figures.queued, kQueue);
    EXPECT_EQ(figures.dropped, kEvents - kQueue);
    EXPECT_EQ(figures.sent, 0U);
    EXPECT_EQ(figures.lastStatus, 0);
    transport_.stop();
}

TEST_F(EventWebhookHttpTest, OneThatAnswers500GetsTheNewestWhenItRecovers) {
    EventBackend backend;
    backend.refuse(true);
    const auto feed = feedTo(backend.url());
    postAll(*feed);
    ASSERT_TRUE(backend.calls().wait(2));
    backend.refuse(false);
    feed->stop();
    const EventWebhookFigures figures = feed->figures().front();
    const std::vector<std::uint64_t> numbers = backend.numbers();
    expectInOrder(numbers);
    EXPECT_EQ(figures.queued, 0U);
    EXPECT_EQ(figures.sent, numbers.size());
    EXPECT_EQ(figures.sent + figures.dropped, kEvents);
    EXPECT_GE(numbers.size(), kQueue);
    EXPECT_LE(numbers.size(), kQueue + kBatch);
    EXPECT_EQ(numbers.back(), kEvents);
    EXPECT_GE(figures.failures, 1U);
    EXPECT_EQ(figures.lastError, "status 500");
    transport_.stop();
}

TEST_F(EventWebhookHttpTest, OneThatIsSlowGetsWhatIsLeftInOrder) {
    EventBackend backend;
    backend.hold();
    const auto feed = feedTo(backend.url());
    post(*feed, 1);
    ASSERT_TRUE(backend.calls().wait());
    post(*feed, kEvents - 1);
    backend.release();
    feed->stop();
    const EventWebhookFigures figures = feed->figures().front();
    const std::vector<std::uint64_t> numbers = backend.numbers();
    expectInOrder(numbers);
    EXPECT_EQ(numbers.size(), kQueue) << "what is on its way is among those who wait";
    EXPECT_EQ(numbers.front(), 1U);
    EXPECT_EQ(numbers.back(), kEvents);
    EXPECT_EQ(figures.sent, kQueue);
    EXPECT_EQ(figures.dropped, kEvents - kQueue);
    EXPECT_EQ(backend.mostAtOnce(), 1);
    EXPECT_EQ(figures.failures, 0U);
    transport_.stop();
}

} // namespace
} // namespace hookcast::hooks
