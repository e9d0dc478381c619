#include "srt/Server.h"

#include "unit/hub/RegistryBench.h"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace hookcast::srt {
namespace {

/// A server with callers of libsrt's, on loops with the real clock, as libsrt has its own threads.
class SrtServerTest : public ::testing::Test {
  public:
    ~SrtServerTest() override {
        server_.stop("the test ends");
        for (const auto& loop : loops_) loop->stop();
    }

  protected:
    SrtServerTest() {
        auto vhost = std::make_shared<config::VhostConfig>();
        vhost->name = "__defaultVhost__";
        vhost->srtEnabled = true;
        auto config = std::make_shared<config::Config>();
        config->vhosts.push_back(vhost);
        current_.replace(std::move(config));
    }

    /// Serves a port of the system's choice in the place of those before.
    void serveAnotherPort() {
        const std::vector<config::ListenAddress> addresses{{"127.0.0.1", 0, "listen", {}}};
        Server::Bound bound = server_.bindMissing(addresses, options_);
        ASSERT_EQ(bound.size(), 1U);
        port_ = bound.front().second->localAddress().port;
        bound.front().first.port = port_;
        const std::vector<config::ListenAddress> wanted{bound.front().first};
        server_.listenOn(wanted, std::move(bound));
    }

    /// A player that has come through the handshake, or one without a socket.
    Socket call() const {
        Socket socket(srt_create_socket());
        const std::string streamId = "#!::r=live/one,m=request";
        srt_setsockflag(socket.id(), SRTO_STREAMID, streamId.data(), static_cast<int>(streamId.size()));
        const int patienceMs = static_cast<int>(support::kPatienceMs);
        srt_setsockflag(socket.id(), SRTO_CONNTIMEO, &patienceMs, sizeof patienceMs);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port_);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const bool isIn =
            srt_connect(socket.id(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != SRT_ERROR;
        return isIn ? std::move(socket) : Socket();
    }

    [[nodiscard]] bool reaches(std::size_t open) const {
        return comes([this, open] { return budget_.open() == open; });
    }

    /// Its place is taken a moment before.
    [[nodiscard]] bool hasSession() const {
        return comes([this] { return numbers_.last() == 1; });
    }

    template <typename Condition>
    static bool comes(Condition condition) {
        const auto patience = std::chrono::steady_clock::now() + support::kPatience;
        while (!condition() && std::chrono::steady_clock::now() < patience) std::this_thread::yield();
        return condition();
    }

    std::vector<std::unique_ptr<net::Loop>> startLoops() {
        std::vector<std::unique_ptr<net::Loop>> loops;
        for (int i = 0; i < 2; ++i) {
            loops.push_back(std::make_unique<net::Loop>("loop", clock_, gate_.log));
            loops.back()->start();
        }
        return loops;
    }

    support::HookGate gate_;
    base::SystemClock clock_;
    std::vector<std::unique_ptr<net::Loop>> loops_ = startLoops();
    hub::StreamRegistry streams_{64 * 1024 * 1024, 4096};
    visits::ClientBook clients_;
    visits::ClientNumbers numbers_;
    config::CurrentConfig current_{std::make_shared<config::Config>()};
    hub::TsFormat format_;
    ServerContext context_{{gate_.admission, streams_, clients_, gate_.log, numbers_, current_}, format_};
    net::ConnectionBudget budget_{
        {.connections = 2, .perAddress = 2, .unadmittedPerAddress = 2, .perSecond = 100, .exempt = {}}, clock_};
    config::SrtServerConfig options_;
    Server server_{context_, loops_, budget_};
    std::uint16_t port_ = 0;
};

TEST_F(SrtServerTest, EachCallerHasAPlaceUntilItHasGone) {
    serveAnotherPort();
    {
        const Socket one = call();
        const Socket two = call();
        EXPECT_TRUE(reaches(2));
        EXPECT_EQ(call().id(), SRT_INVALID_SOCK) << "no place is left";
    }
    EXPECT_TRUE(reaches(0));
    const Socket three = call();
    EXPECT_TRUE(reaches(1)) << "others are let in";
}

TEST_F(SrtServerTest, AnotherPortTakesOverAndNobodyWhoIsThereNotices) {
    serveAnotherPort();
    const std::uint16_t before = port_;
    const Socket early = call();
    EXPECT_TRUE(reaches(1));
    serveAnotherPort();
    ASSERT_NE(port_, before);
    ASSERT_EQ(server_.addresses().size(), 1U);
    EXPECT_EQ(server_.addresses().front().port, port_);
    const Socket late = call();
    EXPECT_TRUE(reaches(2));
    EXPECT_EQ(srt_getsockstate(early.id()), SRTS_CONNECTED);
}

TEST_F(SrtServerTest, SessionsOfAVhostThatIsGoneEnd) {
    serveAnotherPort();
    const Socket one = call();
    EXPECT_TRUE(hasSession());
    server_.endSessions([](const std::string& vhost) { return vhost == "another"; }, "not it");
    EXPECT_EQ(budget_.open(), 1U);
    server_.endSessions([](const std::string& vhost) { return vhost == "__defaultVhost__"; }, "it");
    EXPECT_EQ(budget_.open(), 0U);
}

TEST_F(SrtServerTest, NobodyIsLetInWhereTheVhostIsServedNoMore) {
    serveAnotherPort();
    current_.replace(std::make_shared<config::Config>());
    EXPECT_EQ(call().id(), SRT_INVALID_SOCK);
    EXPECT_EQ(budget_.open(), 0U);
}

} // namespace
} // namespace hookcast::srt
