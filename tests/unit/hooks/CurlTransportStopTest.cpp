#include "hooks/CurlTransport.h"

#include "unit/hooks/TestBackend.h"
#include "unit/hooks/TransportCalls.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace hookcast::hooks {
namespace {

using Outcome = HookResponse::Outcome;

/// Limits and the end: every call is answered, once, whatever happens.
class CurlTransportStopTest : public ::testing::Test {
  protected:
    void expectEachAnsweredOnce(std::size_t count) {
        std::set<std::size_t> numbers;
        for (const auto& [number, response] : calls_.responses()) numbers.insert(number);
        EXPECT_EQ(numbers.size(), count);
        EXPECT_EQ(calls_.responses().size(), count);
    }

    void fillConnections() {
        for (int i = 0; i < 2; ++i) beginFrom("192.0.2.1");
        ASSERT_TRUE(backend_.hanging.wait(2));
    }

    CallId beginFrom(const std::string& share, CallKind kind = CallKind::Asks) {
        HookRequest request;
        request.url = backend_.url("/hang");
        request.timeoutMs = support::kPatienceMs;
        request.share = share;
        request.kind = kind;
        return calls_.begin(std::move(request));
    }

    /// The numbers of those that found no place.
    std::set<std::size_t> refused() const {
        std::set<std::size_t> numbers;
        for (const auto& [number, response] : calls_.responses())
            if (response.outcome == Outcome::QueueFull) numbers.insert(number);
        return numbers;
    }

    TestBackend backend_;
    base::SystemClock clock_;
    base::Log log_{base::LogLevel::None, ""};
    CurlTransport transport_{{2, 5}, clock_, log_};
    TransportCalls calls_{transport_};
};

TEST_F(CurlTransportStopTest, AFullQueueAnswersAtOnce) {
    calls_.begin(backend_.url("/hang"));
    calls_.begin(backend_.url("/hang"));
    ASSERT_TRUE(backend_.hanging.wait(2));
    for (int i = 0; i < 5; ++i) calls_.begin(backend_.url("/zero"));
    EXPECT_EQ(calls_.answered.times(), 0U);
    calls_.begin(backend_.url("/zero"));
    EXPECT_EQ(calls_.count(Outcome::QueueFull), 1U);
    EXPECT_EQ(calls_.responses().front().first, 7U);
    backend_.release();
    ASSERT_TRUE(calls_.answered.wait(8));
    EXPECT_EQ(calls_.count(Outcome::Answered), 7U) << "room is made as calls start";
    EXPECT_EQ(calls_.call(backend_.url("/zero")).outcome, Outcome::Answered);
}

TEST_F(CurlTransportStopTest, AnAddressWithALesserShareTakesAPlaceFromTheOneWithTheMost) {
    fillConnections();
    for (int i = 0; i < 4; ++i) beginFrom("192.0.2.1");
    beginFrom("192.0.2.2");
    beginFrom("192.0.2.3");
    EXPECT_EQ(refused(), (std::set<std::size_t>{5})) << "the newest of the four";
    beginFrom("192.0.2.3");
    EXPECT_EQ(refused(), (std::set<std::size_t>{4, 5})) << "and the one before it";
    beginFrom("192.0.2.2");
    EXPECT_EQ(refused(), (std::set<std::size_t>{4, 5, 9})) << "it would have as many as any other";
    backend_.release();
    ASSERT_TRUE(calls_.answered.wait(10));
    EXPECT_EQ(calls_.count(Outcome::Answered), 7U);
}

TEST_F(CurlTransportStopTest, WhatTellsIsNeverRefused) {
    fillConnections();
    for (int i = 0; i < 5; ++i) beginFrom("192.0.2.1");
    for (int i = 0; i < 50; ++i) beginFrom("192.0.2.1", CallKind::Tells);
    EXPECT_EQ(calls_.answered.times(), 0U);
    beginFrom("192.0.2.1");
    EXPECT_EQ(refused(), (std::set<std::size_t>{57})) << "and makes no room";
    backend_.release();
    ASSERT_TRUE(calls_.answered.wait(58));
    EXPECT_EQ(calls_.count(Outcome::Answered), 57U);
}

TEST_F(CurlTransportStopTest, WhatIsWithdrawnBeforeItBeginsIsNotCalled) {
    const CallId begun = beginFrom("192.0.2.1");
    beginFrom("192.0.2.1");
    ASSERT_TRUE(backend_.hanging.wait(2));
    std::vector<CallId> waiting;
    for (int i = 0; i < 5; ++i) waiting.push_back(beginFrom("192.0.2.1"));
    for (const CallId call : waiting) transport_.withdraw(call);
    EXPECT_EQ(calls_.count(Outcome::Withdrawn), 5U);
    transport_.withdraw(waiting.front());
    transport_.withdraw(begun);
    EXPECT_EQ(calls_.answered.times(), 5U) << "what has begun goes on";
    for (int i = 0; i < 5; ++i) beginFrom("192.0.2.1");
    EXPECT_TRUE(refused().empty()) << "the places are free again";
    backend_.release();
    ASSERT_TRUE(calls_.answered.wait(12));
    EXPECT_EQ(backend_.calls.times(), 7U);
}

TEST_F(CurlTransportStopTest, CallsInFlightAndWaitingAreAnsweredOnce) {
    calls_.begin(backend_.url("/zero"));
    ASSERT_TRUE(calls_.answered.wait());
    for (int i = 0; i < 2; ++i) calls_.begin(backend_.url("/hang"));
    ASSERT_TRUE(backend_.hanging.wait(2));
    for (int i = 0; i < 3; ++i) calls_.begin(backend_.url("/zero"));
    transport_.stop();
    EXPECT_EQ(calls_.count(Outcome::Stopped), 5U);
    expectEachAnsweredOnce(6);
    backend_.release();
    transport_.stop();
    expectEachAnsweredOnce(6);
}

TEST_F(CurlTransportStopTest, LaterCallsGetTheSameAnswerEvenWithAFullQueue) {
    for (int i = 0; i < 2; ++i) calls_.begin(backend_.url("/hang"));
    ASSERT_TRUE(backend_.hanging.wait(2));
    for (int i = 0; i < 5; ++i) calls_.begin(backend_.url("/zero"));
    transport_.stop();
    for (int i = 0; i < 10; ++i) calls_.begin(backend_.url("/zero"));
    EXPECT_EQ(calls_.count(Outcome::Stopped), 17U) << "a full queue would be worth another try, and this is not";
    expectEachAnsweredOnce(17);
}

TEST_F(CurlTransportStopTest, WhoeverIsAnsweredMayCallAgain) {
    int stopped = 0;
    std::function<void(int)> chain = [&](int left) {
        HookRequest request;
        request.url = backend_.url("/hang");
        request.body = "{}";
        request.timeoutMs = support::kPatienceMs;
        transport_.call(request, [&, left](const HookResponse& response) {
            EXPECT_EQ(response.outcome, Outcome::Stopped);
            ++stopped;
            if (left > 0) chain(left - 1);
        });
    };
    chain(3);
    ASSERT_TRUE(backend_.hanging.wait());
    transport_.stop();
    EXPECT_EQ(stopped, 4);
}

TEST_F(CurlTransportStopTest, RacesWithCallsFromOtherThreads) {
    CurlTransport transport({8, 1000}, clock_, log_);
    support::Event answered;
    std::atomic<std::size_t> begun{0};
    std::vector<std::thread> threads;
    threads.reserve(4);
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 200; ++i) {
                HookRequest request;
                request.url = backend_.url("/zero");
                request.body = "{}";
                request.timeoutMs = support::kPatienceMs;
                ++begun;
                transport.call(request, [&answered](const HookResponse&) { answered.happen(); });
            }
        });
    }
    ASSERT_TRUE(answered.wait(100));
    transport.stop();
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(answered.times(), 800U) << "stop() and the calls behind it leave nobody without an answer";
}

TEST_F(CurlTransportStopTest, DyingStops) {
    auto transport = std::make_unique<CurlTransport>(CurlTransport::Limits{2, 5}, clock_, log_);
    TransportCalls calls(*transport);
    calls.begin(backend_.url("/hang"));
    ASSERT_TRUE(backend_.hanging.wait());
    transport.reset();
    EXPECT_EQ(calls.count(Outcome::Stopped), 1U);
}

} // namespace
} // namespace hookcast::hooks
