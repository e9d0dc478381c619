#include "net/GatedSession.h"

#include "unit/net/TlsFixtures.h"
#include "unit/support/Event.h"
#include "unit/support/FakeClock.h"
#include "unit/support/LoopRunner.h"
#include "unit/support/RefusedAllocation.h"
#include "unit/support/TcpPair.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>

namespace hookcast::net {
namespace {

using namespace std::string_literals;

const std::string kHeader = "PROXY TCP4 203.0.113.7 127.0.0.1 51234 1935\r\n";

/// Takes everything, and remembers it.
class Listening final : public GatedSession {
  public:
    Listening(Loop& loop, base::Log& log, const Arrival& arrival, const config::Config& config)
        : GatedSession(loop, log, "test-1", arrival, config, [this](TcpSession&) { gone.happen(); }) {}

    std::string heard;
    std::string from; ///< the client's address when it was heard
    std::string ended;
    bool hasMemory = true; ///< else both calls throw
    support::Event gone;   ///< any thread

    std::uint64_t receivedBytes() const { return connection().receivedBytes(); }
    std::string vhostName() const override { return {}; }
    using GatedSession::limitAdmission;

  private:
    void consume(base::ByteSpan& input) override {
        demandMemory();
        heard += base::asText(input);
        from = clientIp();
        input = {};
    }
    void onLate(const char* otherwise) override {
        demandMemory();
        end("late: "s + otherwise, base::asBytes("too late"));
    }
    void onEnd(const std::string& reason) override {
        ended = reason;
        demandMemory();
    }
    void demandMemory() const {
        if (!hasMemory) throw std::bad_alloc();
    }
};

/// A session on a loop, and its client's end of the connection.
class GatedSessionTest : public testing::Test {
  protected:
    ~GatedSessionTest() override {
        runner_.run([this] {
            if (session_ != nullptr) session_->kick("the test is over");
        });
        runner_.settle();
        runner_.run([this] { session_.reset(); });
    }

    void open(const std::string& trusted = "127.0.0.0/8", std::shared_ptr<const TlsContext> tls = nullptr) {
        config::Config config;
        config.trustedProxies = {base::IpNetwork::parse(trusted).take()};
        runner_.run([&] {
            session_ =
                std::make_shared<Listening>(runner_.loop(), runner_.log(), Arrival(pair_.ours, std::move(tls)), config);
            session_->start();
            session_->expect(1000, "silent");
        });
    }

    /// Within `admissionMs` it must publish or play; nothing else is expected.
    void openUnadmitted(std::int64_t admissionMs) {
        runner_.run([&] {
            session_ = std::make_shared<Listening>(runner_.loop(), runner_.log(), pair_.ours, config::Config());
            session_->limitAdmission(admissionMs);
            session_->start();
        });
    }
    void pass(std::int64_t ms) {
        clock_.advanceMs(ms);
        runner_.settle();
    }

    /// The session has got `bytes` when it returns.
    void receive(std::string_view bytes) {
        runner_.run([&] { session_->onData(base::asBytes(bytes)); });
    }

    template <typename F>
    auto inspect(F body) {
        return runner_.run([&] { return body(*session_); });
    }
    std::string heard() {
        return inspect([](Listening& session) { return session.heard; });
    }
    std::string from() {
        return inspect([](Listening& session) { return session.from; });
    }
    std::string ended() {
        return inspect([](Listening& session) { return session.ended; });
    }

    support::FakeClock clock_;
    support::LoopRunner runner_{clock_};
    support::TcpPair pair_;
    std::shared_ptr<Listening> session_;
};

TEST_F(GatedSessionTest, HearsAClientThatSendsNoHeader) {
    open();
    receive("PLAY");
    EXPECT_EQ(heard(), "PLAY");
    EXPECT_EQ(from(), "127.0.0.1");
    receive(kHeader);
    EXPECT_EQ(heard(), "PLAY" + kHeader) << "it is none but at the beginning";
    EXPECT_EQ(from(), "127.0.0.1");
}

TEST_F(GatedSessionTest, WhoseProtocolThrowsIsClosedThoughThatThrowsAtItsEndToo) {
    open();
    inspect([](Listening& session) { return session.hasMemory = false; });
    pair_.peer.send("x");
    ASSERT_TRUE(session_->gone.wait());
    EXPECT_EQ(ended(), "internal error: std::bad_alloc");
    EXPECT_EQ(pair_.peer.receiveToEnd(), "") << "the connection has ended";
}

TEST_F(GatedSessionTest, HearsWhatComesBehindTheHeader) {
    open();
    receive(kHeader + "first");
    receive("second");
    EXPECT_EQ(heard(), "firstsecond");
    EXPECT_EQ(from(), "203.0.113.7");
}

TEST_F(GatedSessionTest, TakesTheHeaderByteByByte) {
    open();
    for (const char c : kHeader) receive({&c, 1});
    EXPECT_EQ(heard(), "");
    receive("x");
    EXPECT_EQ(heard(), "x");
    EXPECT_EQ(from(), "203.0.113.7");
}

TEST_F(GatedSessionTest, KeepsWhatMightHaveBecomeAHeader) {
    open("10.0.0.0/8");
    for (const char c : "PROXIES"s) receive({&c, 1});
    EXPECT_EQ(heard(), "PROXIES");
    EXPECT_EQ(ended(), "");
}

TEST_F(GatedSessionTest, RefusesAStrangersHeaderAsSoonAsItIsOne) {
    open("10.0.0.0/8");
    receive("PROXY");
    EXPECT_EQ(ended(), "");
    receive(" ");
    EXPECT_EQ(ended(), "a PROXY header from an address that is none of trusted_proxies");
    receive("TCP4 203.0.113.7 127.0.0.1 1 2\r\nmore");
    EXPECT_EQ(heard(), "");
    EXPECT_EQ(pair_.peer.receiveToEnd(), "");
}

TEST_F(GatedSessionTest, RefusesABrokenHeader) {
    open();
    receive("PROXY TCP4\r\nmore");
    EXPECT_EQ(ended(), "the PROXY header has no address where one belongs");
    EXPECT_EQ(heard(), "");
}

TEST_F(GatedSessionTest, DoesNotWaitForeverForTheHeadersEnd) {
    open();
    receive("PROXY TCP4 203");
    clock_.advanceMs(1000);
    runner_.settle();
    EXPECT_EQ(ended(), "the PROXY header was not complete in time");
    EXPECT_EQ(pair_.peer.receiveToEnd(), "") << "the protocol has no say yet";
}

TEST_F(GatedSessionTest, LeavesLatenessToTheProtocolWhereNoHeaderHasBegun) {
    open();
    receive("PRO");
    clock_.advanceMs(1000);
    runner_.settle();
    EXPECT_EQ(ended(), "late: silent");
    EXPECT_EQ(pair_.peer.receiveToEnd(), "too late");
}

/// Nor the few bytes of it for as long as a farewell would have.
TEST_F(GatedSessionTest, DoesNotKeepWhoHasNotShakenHandsInTime) {
    const CertificateFolder folder;
    const auto tls = TlsContext::load({folder.issue("a.example"), {}, {}});
    ASSERT_TRUE(tls.ok());
    open("127.0.0.0/8", tls.value());
    receive("\x16\x03\x01\x02");
    pass(1000);
    EXPECT_EQ(ended(), "late: silent");
    EXPECT_EQ(tls.value()->figures()->failures(TlsFailure::Timeout), 1U) << "and it is over";
    EXPECT_EQ(pair_.peer.receiveToEnd(), "") << "it could read no farewell";
}

constexpr const char* kNotAdmitted = "neither publishes nor plays within admission_timeout";

TEST_F(GatedSessionTest, WhatAClientSendsDoesNotRenewItsTimeToBeAdmitted) {
    openUnadmitted(1000);
    for (int i = 0; i < 3; ++i) {
        receive("a request");
        pass(333);
    }
    EXPECT_EQ(ended(), "");
    pass(1);
    EXPECT_EQ(ended(), kNotAdmitted);
}

TEST_F(GatedSessionTest, WhatAVerdictTakesIsNotTheClientsTime) {
    openUnadmitted(1000);
    pass(600);
    inspect([](Listening& session) { session.suspend(); });
    pass(5000);
    inspect([](Listening& session) { session.resume(); });
    pass(399);
    EXPECT_EQ(ended(), "");
    pass(1);
    EXPECT_EQ(ended(), kNotAdmitted);
}

TEST_F(GatedSessionTest, WhoIsAdmittedStaysAndThenHasAsLongAgain) {
    openUnadmitted(1000);
    pass(999);
    inspect([](Listening& session) { session.setAdmitted(true); });
    pass(5000);
    inspect([](Listening& session) { session.setAdmitted(false); });
    pass(999);
    EXPECT_EQ(ended(), "");
    pass(1);
    EXPECT_EQ(ended(), kNotAdmitted);
}

TEST_F(GatedSessionTest, DoesNotCountTheHeaderAsTheClients) {
    open();
    pair_.peer.send(kHeader + "four");
    const auto patience = std::chrono::steady_clock::now() + support::kPatience;
    while (heard() != "four" && std::chrono::steady_clock::now() < patience) runner_.settle();
    EXPECT_EQ(inspect([](Listening& session) { return session.receivedBytes(); }), 4U);
}

/// It would be without its deadlines from then on.
TEST_F(GatedSessionTest, ATimerWhoseTaskThrowsIsItsEnd) {
    open();
    inspect([](Listening& session) { return session.hasMemory = false; });
    pass(1000);
    EXPECT_TRUE(inspect([](Listening& session) -> Listening* { return &session; })->gone.wait());
    EXPECT_EQ(inspect([](Listening& session) { return session.ended; }), "internal error: std::bad_alloc");
}

/// There is none for the post that would end it, either.
TEST_F(GatedSessionTest, WithoutAnyMemoryItsConnectionEnds) {
    for (const bool isSuspended : {false, true}) {
        open();
        support::Event& gone = inspect([](Listening& session) -> Listening* { return &session; })->gone;
        runner_.run([&] {
            if (isSuspended) session_->suspend();
            const support::RefusedAllocation none(1, support::RefusedAllocation::Kind::AllFrom);
            session_->endAfterFailure(std::bad_alloc());
        });
        EXPECT_TRUE(gone.wait());
        EXPECT_EQ(inspect([](Listening& session) { return session.ended; }), "peer closed the connection");
        runner_.run([&] {
            session_.reset();
            pair_ = support::TcpPair();
        });
    }
}

} // namespace
} // namespace hookcast::net
