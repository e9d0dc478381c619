// What a machine without memory does to those who wait for a backend.
#include "hooks/Admission.h"
#include "hooks/CurlCall.h"
#include "hooks/ResetConnections.h"
#include "hooks/Ticket.h"

#include "unit/support/HookGate.h"
#include "unit/support/RefusedAllocation.h"

#include <curl/curl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace hookcast::hooks {
namespace {

using support::GateClient;
using support::HookGate;
using support::RefusedAllocation;
using support::yes;

config::HooksConfig playHooks() {
    config::HooksConfig hooks;
    hooks.enabled = true;
    hooks.onPlay = {"http://a/play"};
    hooks.onStop = {"http://a/stop", "http://b/stop"};
    return hooks;
}

/// The first allocation is refused, then the second, until none is: of each ticket the end is told, or counted as lost.
TEST(NoMemory, ForATicketsDeathEndsNobodyElse) {
    HookGate gate("", base::LogLevel::None); // its thread would be refused something too
    for (const std::string& url : {playHooks().onPlay.front(), playHooks().onStop.front(), playHooks().onStop.back()})
        gate.transport.answerAlways(url, yes());
    std::uint64_t refused = 0;
    for (bool wasRefused = true; wasRefused; refused += wasRefused ? 1 : 0) {
        GateClient client(gate, playHooks());
        client.ask(HookAction::Play);
        ASSERT_TRUE(client.verdict.wait());
        client.withTicket([&](auto& ticket) {
            const RefusedAllocation none(static_cast<std::int64_t>(refused + 1), RefusedAllocation::Kind::One);
            ticket.reset();
            wasRefused = RefusedAllocation::hasHappened();
        });
    }
    EXPECT_GT(refused, 3U);
    EXPECT_EQ(gate.admission.counters().closingsLost, refused);
    EXPECT_TRUE(gate.transport.waitForCalls(refused + 1 + 2)) << "each opening, and the last end";
    EXPECT_TRUE(gate.admission.drain(support::kPatienceMs)) << "nothing is waited for in vain";
}

/// Every allocation of the step that takes a backend's answer is refused once.
TEST(NoMemory, ForAStepOfAnOpeningIsOneVerdict) {
    HookGate gate("", base::LogLevel::None);
    for (const std::string& url : playHooks().onStop) gate.transport.answerAlways(url, yes());
    bool wasRefused = true;
    std::uint64_t failed = 0;
    for (std::size_t nth = 1; wasRefused; ++nth) {
        GateClient client(gate, playHooks());
        const std::size_t before = gate.transport.urls().size();
        client.ask(HookAction::Play);
        ASSERT_TRUE(gate.transport.waitForCalls(before + 1));
        const auto answer = gate.transport.take(before);
        const HookResponse response = support::answered(200, R"({"code":0,"msg":"longer than a short text"})");
        support::LoopEvent over(gate.runner);
        gate.runner.run([&] {
            net::Loop& loop = gate.runner.loop();
            auto none = std::make_shared<std::optional<RefusedAllocation>>();
            loop.post([none, nth] { none->emplace(static_cast<std::int64_t>(nth), RefusedAllocation::Kind::One); });
            answer(response);
            loop.post([none, &wasRefused, &over] {
                wasRefused = RefusedAllocation::hasHappened();
                none->reset();
                over.happen();
            });
        });
        ASSERT_TRUE(over.wait());
        ASSERT_TRUE(client.verdict.wait()) << nth;
        gate.runner.settle();
        EXPECT_EQ(client.verdict.times(), 1U) << nth;
        if (!client.admitted()) {
            ++failed;
            EXPECT_THAT(client.refusal(), testing::AnyOf("internal error", "refused by hook"));
        }
    }
    EXPECT_GT(failed, 2U);
    EXPECT_TRUE(gate.admission.drain(support::kPatienceMs)) << "nothing is waited for in vain";
}

/// A backend that needs no memory of ours: it answers each request with the same, and closes.
class FrugalBackend {
  public:
    FrugalBackend() : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in own{};
        own.sin_family = AF_INET;
        own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof own;
        EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&own), size), 0);
        EXPECT_EQ(::listen(listener_, 8), 0);
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&own), &size);
        url_ = "http://127.0.0.1:" + std::to_string(ntohs(own.sin_port)) + "/";
        thread_ = std::thread([this] { serve(); });
    }
    ~FrugalBackend() {
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        ::close(listener_);
    }
    FrugalBackend(const FrugalBackend&) = delete;
    FrugalBackend& operator=(const FrugalBackend&) = delete;

    const std::string& url() const { return url_; }
    unsigned requests() const { return requests_; }

  private:
    void serve() {
        static constexpr std::string_view kAnswer =
            "HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{\"code\":0,\"msg\":\"longer than a short text\"}";
        std::array<char, 4096> request;
        for (;;) {
            const int client = ::accept(listener_, nullptr, nullptr);
            if (client < 0) return;
            if (::recv(client, request.data(), request.size(), 0) > 0) {
                ++requests_;
                ::send(client, kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL);
            }
            ::close(client);
        }
    }

    int listener_;
    std::string url_;
    std::atomic<unsigned> requests_{0};
    std::thread thread_;
};

/// libcurl is C: an exception would not pass through it.
TEST(NoMemory, NothingIsThrownThroughLibcurl) {
    FrugalBackend backend;
    const support::FakeClock clock;
    ResetConnections resets(clock);
    unsigned failed = 0;
    bool wasRefused = true;
    for (std::int64_t nth = 1; wasRefused; ++nth) {
        HookRequest request;
        request.url = backend.url();
        request.body = "{}";
        CurlCall call(
            std::move(request), [](const HookResponse&) {}, 0);
        CURL* const handle = call.prepare(support::kPatienceMs, clock, resets);
        ASSERT_NE(handle, nullptr);
        // An address that is too long to stand in a text without memory.
        curl_easy_setopt(handle, CURLOPT_INTERFACE, "host!127.100.100.100");
        CURLcode code = CURLE_OK;
        {
            const RefusedAllocation none(nth, RefusedAllocation::Kind::AllFrom);
            code = curl_easy_perform(handle);
            wasRefused = RefusedAllocation::hasHappened();
        }
        failed += code == CURLE_OK ? 0 : 1;
        if (wasRefused) {
            EXPECT_THAT(code, testing::AnyOf(CURLE_ABORTED_BY_CALLBACK, CURLE_WRITE_ERROR, CURLE_OK));
        }
        if (nth == 1) {
            EXPECT_EQ(backend.requests(), 0U) << "what cannot be watched is not sent";
        }
    }
    EXPECT_GE(failed, 2U) << "before it is sent, and for the answer";
}

TEST(NoMemory, AConnectionIsClosedAllTheSame) {
    const support::FakeClock clock;
    ResetConnections resets(clock);
    resets.await("127.0.0.1 1");
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    {
        const RefusedAllocation none(1, RefusedAllocation::Kind::AllFrom);
        EXPECT_EQ(ResetConnections::closeSocket(&resets, socket), 0);
    }
    EXPECT_EQ(::close(socket), -1);
    EXPECT_EQ(errno, EBADF);
}

} // namespace
} // namespace hookcast::hooks
