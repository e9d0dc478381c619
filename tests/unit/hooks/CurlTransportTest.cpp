#include "hooks/CurlTransport.h"

#include "hooks/ConnectionTrust.h"

#include "unit/hooks/RawBackend.h"
#include "unit/hooks/TestBackend.h"
#include "unit/hooks/TransportCalls.h"
#include "unit/support/FakeClock.h"

#include <Poco/DeflatingStream.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

namespace hookcast::hooks {
namespace {

using Outcome = HookResponse::Outcome;
using Request = TestBackend::Request;
using Response = TestBackend::Response;

class CurlTransportTest : public ::testing::Test {
  protected:
    /// Calls until a connection is used again, as the first is left alone for a while. How many there were.
    static int earnTrust(TransportCalls& calls, TestBackend& backend) {
        int connections = 0;
        do {
            connections = backend.connections();
            EXPECT_EQ(calls.call(backend.url("/zero")).status, 200);
        } while (backend.connections() > connections);
        return connections;
    }

    TestBackend backend_;
    base::SystemClock clock_;
    base::Log log_{base::LogLevel::None, ""};
    CurlTransport transport_{{1024, 20'000}, clock_, log_};
    TransportCalls calls_{transport_};
};

TEST_F(CurlTransportTest, PostsTheBodyAndBringsTheAnswer) {
    std::string seen;
    backend_.on("/echo?key=a%20b", [&seen](Request& request, Response& response) {
        seen = request.getMethod() + " " + request.getContentType() + " " + request.get("User-Agent", "") +
               " expect=" + request.get("Expect", "none") + " " + TestBackend::bodyOf(request);
        response.setStatus(Poco::Net::HTTPResponse::HTTP_FORBIDDEN);
        TestBackend::reply(response, "no\n");
    });
    const HookResponse response = calls_.call(backend_.url("/echo?key=a%20b"), support::kPatienceMs, R"({"a":"é"})");
    EXPECT_EQ(response.outcome, Outcome::Answered);
    EXPECT_EQ(response.status, 403);
    EXPECT_EQ(response.body, "no\n");
    EXPECT_EQ(seen, R"(POST application/json hookcast expect=none {"a":"é"})");
}

TEST_F(CurlTransportTest, GetsWithoutABody) {
    std::string seen;
    backend_.on("/ask?key=a%20b&call=play", [&seen](Request& request, Response& response) {
        seen = request.getMethod() + " type=" + request.get("Content-Type", "none") +
               " length=" + request.get("Content-Length", "none") + TestBackend::bodyOf(request);
        TestBackend::reply(response, "fine");
    });
    HookRequest request;
    request.url = backend_.url("/ask?key=a%20b&call=play");
    request.method = config::HttpMethod::Get;
    request.timeoutMs = support::kPatienceMs;
    const HookResponse response = calls_.call(request);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "fine");
    EXPECT_EQ(seen, "GET type=none length=none");
}

TEST_F(CurlTransportTest, SendsABodyWithZerosAndAnEmptyOne) {
    std::string seen;
    backend_.on("/echo", [&seen](Request& request, Response& response) {
        seen = TestBackend::bodyOf(request);
        TestBackend::reply(response, "0");
    });
    const std::string body("a\0b", 3);
    calls_.call(backend_.url("/echo"), support::kPatienceMs, body);
    EXPECT_EQ(seen, body);
    calls_.call(backend_.url("/echo"), support::kPatienceMs, "");
    EXPECT_EQ(seen, "");
}

TEST_F(CurlTransportTest, ReusesItsConnection) {
    const int connections = earnTrust(calls_, backend_);
    for (int i = 0; i < 20; ++i) EXPECT_EQ(calls_.call(backend_.url("/zero")).status, 200);
    EXPECT_EQ(backend_.connections(), connections);
}

TEST_F(CurlTransportTest, ABackendThatClosesItsIdleConnectionsCostsNoCall) {
    RawBackend backend("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n0");
    for (unsigned i = 1; i <= 20; ++i) {
        const HookResponse response = calls_.call(backend.url());
        EXPECT_EQ(response.outcome, Outcome::Answered) << response.error;
        ASSERT_TRUE(backend.closed().wait(i));
    }
}

// uWSGI's HTTP router and others answer as if they kept the connection, and close it: the next call crosses with that.
TEST_F(CurlTransportTest, ABackendThatClosesWithoutAWordCostsNoCall) {
    constexpr std::size_t kCalls = 4000;
    const RawBackend backend("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n0");
    for (std::size_t i = 0; i < kCalls; ++i) calls_.call(backend.url());
    EXPECT_EQ(calls_.count(Outcome::Answered), kCalls);
    EXPECT_EQ(backend.requests(), kCalls) << "each heard once";
}

TEST_F(CurlTransportTest, UnpacksAnAnswerThatItDidNotAskToBePacked) {
    std::string asked;
    backend_.on("/packed", [&asked](Request& request, Response& response) {
        asked = request.get("Accept-Encoding", "");
        response.set("Content-Encoding", "gzip");
        std::ostringstream packed;
        Poco::DeflatingOutputStream gzip(packed, Poco::DeflatingStreamBuf::STREAM_GZIP);
        gzip << R"({"code":0})";
        gzip.close();
        TestBackend::reply(response, packed.str());
    });
    EXPECT_EQ(calls_.call(backend_.url("/packed")).body, R"({"code":0})");
    EXPECT_EQ(asked, "identity");
}

TEST_F(CurlTransportTest, BoundsWhatAPackedAnswerUnpacksTo) {
    backend_.on("/bomb", [](Request&, Response& response) {
        response.set("Content-Encoding", "gzip");
        std::ostringstream packed;
        Poco::DeflatingOutputStream gzip(packed, Poco::DeflatingStreamBuf::STREAM_GZIP);
        gzip << std::string(10'000'000, '0');
        gzip.close();
        TestBackend::reply(response, packed.str());
    });
    EXPECT_EQ(calls_.call(backend_.url("/bomb")).outcome, Outcome::TooLarge);
}

std::string gzipOf(const std::string& text) {
    std::ostringstream packed;
    Poco::DeflatingOutputStream gzip(packed, Poco::DeflatingStreamBuf::STREAM_GZIP);
    gzip << text;
    gzip.close();
    return packed.str();
}

TEST_F(CurlTransportTest, APackedAnswerThatIsCutAnywhereIsNone) {
    const std::string packed = gzipOf("0");
    std::size_t size = 0;
    backend_.on("/cut", [&](Request&, Response& response) {
        response.set("Content-Encoding", "gzip");
        TestBackend::reply(response, packed.substr(0, size));
    });
    for (size = 1; size < packed.size(); ++size) {
        const HookResponse response = calls_.call(backend_.url("/cut"));
        EXPECT_EQ(response.outcome, Outcome::Broken) << size << " of " << packed.size() << " bytes";
        EXPECT_EQ(response.error, "the packed answer is cut or damaged");
    }
    EXPECT_EQ(calls_.call(backend_.url("/cut")).body, "0");
}

TEST_F(CurlTransportTest, AnAnswerWhoseEndIsDoubtfulIsNone) {
    for (const char* fields :
         {"Content-Length: 1\r\nContent-Length: 3\r\n", "Content-Length: 3\r\nContent-Length: 1\r\n",
          "Content-Length: 1, 3\r\n", "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
          "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "Transfer-Encoding: gzip, chunked\r\n"}) {
        const RawBackend backend(std::string("HTTP/1.1 200 OK\r\n") + fields + "\r\n0\r\n\r\n");
        const HookResponse response = calls_.call(backend.url());
        EXPECT_EQ(response.outcome, Outcome::Broken) << fields;
        EXPECT_THAT(response.error, testing::AnyOf(testing::StartsWith("a Content-Length "),
                                                   testing::StartsWith("a Transfer-Encoding ")));
    }
    const RawBackend backend("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n0");
    EXPECT_EQ(calls_.call(backend.url()).body, "0");
}

TEST_F(CurlTransportTest, SendsNoCallAgainThatABackendHasReadAndDropped) {
    for (const config::HttpMethod method : {config::HttpMethod::Get, config::HttpMethod::Post}) {
        TestBackend backend;
        support::Event heard;
        backend.on("/drop", [&heard](Request& request, Response&) {
            if (request.hasContentLength()) TestBackend::bodyOf(request);
            heard.happen();
            static_cast<Poco::Net::HTTPServerRequestImpl&>(request).detachSocket().close();
        });
        earnTrust(calls_, backend); // so that there is a connection to use again
        HookRequest request;
        request.url = backend.url("/drop");
        request.method = method;
        request.timeoutMs = support::kPatienceMs;
        const HookResponse response = calls_.call(request);
        EXPECT_EQ(response.outcome, Outcome::Broken);
        EXPECT_EQ(response.error, "the connection was closed without an answer");
        EXPECT_EQ(heard.times(), 1U);
    }
}

TEST_F(CurlTransportTest, GivesUpAfterTheTimeout) {
    const HookResponse response = calls_.call(backend_.url("/hang"), 100);
    EXPECT_EQ(response.outcome, Outcome::TimedOut);
    EXPECT_GE(response.elapsedMs, 99);
    EXPECT_FALSE(response.error.empty());
}

TEST_F(CurlTransportTest, KnowsARefusedConnection) {
    Poco::Net::ServerSocket bound;
    bound.bind(Poco::Net::SocketAddress("127.0.0.1", 0));
    const HookResponse response = calls_.call("http://127.0.0.1:" + std::to_string(bound.address().port()) + "/");
    EXPECT_EQ(response.outcome, Outcome::ConnectFailed);
    EXPECT_THAT(response.error, testing::EndsWith("(Connection refused)"));
}

TEST_F(CurlTransportTest, KnowsABackendThatSpeaksNoTls) {
    const RawBackend backend("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(calls_.call(backend.url("https")).outcome, Outcome::TlsFailed);
}

TEST_F(CurlTransportTest, KnowsAnAnswerThatIsNotWhole) {
    for (const char* answer : {"", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0",
                               "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n0\r\n"}) {
        const RawBackend backend(answer);
        EXPECT_EQ(calls_.call(backend.url()).outcome, Outcome::Broken) << answer;
    }
}

TEST_F(CurlTransportTest, KnowsAnAnswerThatIsNoHttp) {
    for (const char* answer : {"0", "220 mail.example ESMTP\r\n", "\xff\xfe\xfd"}) {
        const RawBackend backend(answer);
        EXPECT_EQ(calls_.call(backend.url()).outcome, Outcome::Broken)
            << "it has heard the event: it must not hear it again";
    }
}

TEST_F(CurlTransportTest, FollowsNoRedirect) {
    backend_.on("/moved", [this](Request&, Response& response) { response.redirect(backend_.url("/zero")); });
    EXPECT_EQ(calls_.call(backend_.url("/moved")).status, 302);
    EXPECT_EQ(backend_.calls.times(), 1U);
}

TEST_F(CurlTransportTest, ReadsSixtyFourKibibytesAndNoByteMore) {
    for (const bool chunked : {false, true}) {
        for (const std::size_t more : {std::size_t{0}, std::size_t{1}}) {
            const std::string body(kMaxAnswerBytes + more, 'x');
            backend_.on("/large", [chunked, body](Request&, Response& response) {
                response.setChunkedTransferEncoding(chunked);
                if (!chunked) response.setContentLength64(static_cast<std::int64_t>(body.size()));
                response.send() << body;
            });
            const HookResponse response = calls_.call(backend_.url("/large"));
            if (more == 0) {
                EXPECT_EQ(response.outcome, Outcome::Answered);
                EXPECT_TRUE(response.body == body);
            } else {
                EXPECT_EQ(response.outcome, Outcome::TooLarge);
                EXPECT_EQ(response.status, 200) << "is known all the same";
                EXPECT_EQ(response.error, "the answer is longer than 64 KiB");
            }
        }
    }
}

TEST_F(CurlTransportTest, StopsReadingAnEndlessAnswer) {
    support::Event ended;
    backend_.on("/endless", [&ended](Request&, Response& response) {
        response.setChunkedTransferEncoding(true);
        std::ostream& out = response.send();
        while (out << std::string(4096, 'x') << std::flush) {
        }
        ended.happen();
    });
    EXPECT_EQ(calls_.call(backend_.url("/endless")).outcome, Outcome::TooLarge);
    EXPECT_TRUE(ended.wait()) << "the connection is closed";
}

TEST_F(CurlTransportTest, UsesNoProxyOfTheEnvironment) {
    for (const char* name : {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"})
        ::setenv(name, "http://127.0.0.1:1", 1); // NOLINT(concurrency-mt-unsafe)
    CurlTransport transport({4, 10}, clock_, log_);
    TransportCalls calls(transport);
    EXPECT_EQ(calls.call(backend_.url("/zero")).status, 200);
    for (const char* name : {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"})
        ::unsetenv(name); // NOLINT(concurrency-mt-unsafe)
}

TEST_F(CurlTransportTest, RefusesAUrlThatIsNone) {
    for (const char* url : {"", "http://", "file:///etc/passwd", "gopher://127.0.0.1/", "http://h:99999/"}) {
        const HookResponse response = calls_.call(url);
        EXPECT_NE(response.outcome, Outcome::Answered) << url;
        EXPECT_EQ(response.body, "");
    }
}

TEST_F(CurlTransportTest, ManyCallsToAFastBackendShareAFewConnections) {
    // With the clock at rest no wait is long: the allowance stays what it is at the start.
    support::FakeClock clock;
    CurlTransport transport({1024, 20'000}, clock, log_);
    TransportCalls calls(transport);
    calls.call(backend_.url("/zero"));
    clock.advanceMs(ConnectionTrust::kProbationMs);
    calls.call(backend_.url("/zero"));
    for (int i = 0; i < 500; ++i) calls.begin(backend_.url("/zero"));
    ASSERT_TRUE(calls.answered.wait(502));
    EXPECT_EQ(calls.count(Outcome::Answered), 502U);
    EXPECT_LE(backend_.connections(), 32);
}

TEST_F(CurlTransportTest, ASlowBackendGetsAllItsCallsAtOnce) {
    constexpr std::size_t kCalls = 150;
    for (std::size_t i = 0; i < kCalls; ++i) calls_.begin(backend_.url("/hang"));
    ASSERT_TRUE(backend_.hanging.wait(kCalls)) << "none of them waits for another's answer";
    backend_.release();
    ASSERT_TRUE(calls_.answered.wait(kCalls));
    EXPECT_EQ(calls_.count(Outcome::Answered), kCalls);
}

TEST_F(CurlTransportTest, ASlowBackendDelaysNoOther) {
    TestBackend fast;
    for (int i = 0; i < 100; ++i) calls_.begin(backend_.url("/hang"));
    ASSERT_TRUE(backend_.hanging.wait(32));
    calls_.begin(fast.url("/zero"));
    ASSERT_TRUE(calls_.answered.wait());
    EXPECT_EQ(calls_.responses().front().first, 100U);
    backend_.release();
    ASSERT_TRUE(calls_.answered.wait(101));
}

/// Time that goes on with each look at it, as on a machine that is busy with others in between.
class HastyClock final : public base::Clock {
  public:
    explicit HastyClock(std::int64_t stepMs) : stepMs_(stepMs) {}
    std::int64_t monotonicUs() const override { return 1000 * (nowMs_ += stepMs_); }
    std::int64_t unixUs() const override { return monotonicUs(); }

  private:
    std::int64_t stepMs_;
    mutable std::atomic<std::int64_t> nowMs_{1'000'000};
};

TEST_F(CurlTransportTest, AWaitThatIsOverBeforeItIsWaitedForHoldsUpNobody) {
    for (std::int64_t stepMs = 1; stepMs <= ConnectionTrust::kProbationMs; ++stepMs) {
        const HastyClock clock(stepMs);
        CurlTransport transport({3, 100}, clock, log_); // no wait for more of them looks again
        TransportCalls calls(transport);
        for (int i = 0; i < 5; ++i) ASSERT_EQ(calls.call(backend_.url("/zero")).status, 200) << stepMs;
    }
}

TEST_F(CurlTransportTest, KeepsToItsConnectionsPerHost) {
    CurlTransport transport({3, 100}, clock_, log_);
    TransportCalls calls(transport);
    const int before = earnTrust(calls, backend_);
    const std::size_t answered = calls.answered.times();
    for (int i = 0; i < 20; ++i) calls.begin(backend_.url("/hang"));
    ASSERT_TRUE(backend_.hanging.wait(3));
    backend_.release();
    ASSERT_TRUE(calls.answered.wait(answered + 20));
    EXPECT_LE(backend_.connections(), before + 2);
}

TEST_F(CurlTransportTest, MayBeCalledFromManyThreadsAndFromItsOwn) {
    constexpr int kThreads = 4;
    constexpr int kChain = 50;
    support::Event done;
    std::function<void(int)> chain = [&](int left) {
        HookRequest request;
        request.url = backend_.url("/zero");
        request.body = "{}";
        request.timeoutMs = support::kPatienceMs;
        transport_.call(request, [&, left](const HookResponse& response) {
            EXPECT_EQ(response.status, 200) << response.error;
            if (left > 0)
                chain(left - 1);
            else
                done.happen();
        });
    };
    std::vector<std::thread> threads;
    threads.reserve(kThreads);
    for (int t = 0; t < kThreads; ++t) threads.emplace_back([&chain] { chain(kChain); });
    for (std::thread& thread : threads) thread.join();
    ASSERT_TRUE(done.wait(kThreads));
    EXPECT_EQ(backend_.calls.times(), static_cast<std::size_t>(kThreads * (kChain + 1)));
}

} // namespace
} // namespace hookcast::hooks
