// One address takes all the connections that there are, by doing nothing, by coming back, or by asking for nothing.
#include "support/ApiClient.h"
#include "support/Configs.h"
#include "support/FreePort.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/RtspClient.h"
#include "support/Sessions.h"
#include "support/SrtClient.h"
#include "support/SrtPort.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <srt/access_control.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace hookcast::attacks {
namespace {

using namespace integration;

/// A server for 100 clients, to whom 127.0.0.1 is an address like any other.
class Slots : public testing::Test {
  protected:
    explicit Slots(const std::string& limits = "")
        : server_(fmt::format("max_connections 100;\nlimits {{ limit_exempt off; {} }}\n"
                              "http_api {{ enabled on; listen 127.0.0.1:{}; }}\n{}{}",
                              limits, api_.number(), srt_.server(), defaultVhost("srt { enabled on; }"))) {}

    std::vector<TcpClient> idle(std::uint16_t port, std::size_t count) const {
        std::vector<TcpClient> clients;
        for (std::size_t i = 0; i < count; ++i) clients.emplace_back(port);
        return clients;
    }

    /// Somebody at another address connects and publishes.
    void expectRoomForOthers() {
        RtmpClient other(server_.port(), 0, "127.0.0.2");
        other.shakeHands();
        EXPECT_NE(other.connect(requestFor(server_.port(), "live")).level, "error");
        other.createStream();
        EXPECT_NE(other.publish(fmt::format("show-{}", ++lastName_)).level, "error");
    }

    std::string metrics() const { return ApiClient(api_.number()).ask("GET", "/metrics").body; }

    FreePort api_;
    SrtPort srt_;
    HookcastServer server_;
    int lastName_ = 0;
};

TEST_F(Slots, TwoHundredThatDoNothingLeaveRoomForOthers) {
    // 16 of them stay.
    std::vector<TcpClient> clients = idle(server_.port(), 100);
    for (std::size_t i = 16; i < clients.size(); ++i) clients[i].drainUntilClosed();
    std::vector<TcpClient> more = idle(server_.rtspPort(), 100);
    for (TcpClient& client : more) client.drainUntilClosed();
    expectRoomForOthers();
    EXPECT_THAT(server_.waitForLog("(unadmitted_per_address)"), testing::HasSubstr("[warn]"));
    EXPECT_LT(server_.log().count("(unadmitted_per_address)"), 50U);
    EXPECT_THAT(metrics(), testing::HasSubstr(R"(connections_refused_total{limit="unadmitted_per_address"} 184)"));
}

TEST_F(Slots, ThoseOfSrtCountToo) {
    const std::vector<TcpClient> clients = idle(server_.port(), 16);
    // Accepted, and counted, in the order in which they came.
    TcpClient(server_.port()).drainUntilClosed();
    const SrtClient refused(srt_.number(), "#!::r=live/show,m=request");
    EXPECT_EQ(refused.rejectReason(), SRT_REJX_OVERLOAD);
}

TEST_F(Slots, TheControlInterfaceHasItsOwn) {
    const std::vector<TcpClient> clients = idle(server_.port(), 150);
    EXPECT_EQ(ApiClient(api_.number()).ask("GET", "/api/v1/versions").status, 200);
}

TEST_F(Slots, AFloodOnTheControlInterfaceLeavesTheMediaAlone) {
    std::vector<TcpClient> clients = idle(api_.number(), 150);
    for (std::size_t i = 32; i < clients.size(); ++i) clients[i].drainUntilClosed();
    expectRoomForOthers();
    EXPECT_NO_THROW(startPublisher(server_.port(), "mine"));
}

TEST_F(Slots, ThoseWhoLeaveGiveTheirPlacesBack) {
    for (int round = 0; round < 10; ++round) {
        std::vector<TcpClient> clients = idle(server_.port(), 10);
        // Resets at once: the server finds nobody there when it looks.
        for (TcpClient& client : clients) client.reset();
    }
    const ApiClient api(api_.number());
    const Deadline deadline;
    while (metrics().find("hookcast_connections 0\n") == std::string::npos) ASSERT_FALSE(deadline.passed());
    EXPECT_NO_THROW(startPublisher(server_.port(), "mine"));
}

class Rates : public Slots {
  protected:
    Rates() : Slots("connection_rate 20;") {}
};

TEST_F(Rates, ComingAndGoingIsBounded) {
    const Deadline deadline;
    while (server_.log().count("(connection_rate)") == 0) {
        ASSERT_FALSE(deadline.passed());
        TcpClient(server_.port()).close();
    }
    expectRoomForOthers();
}

class Renewals : public Slots {
  protected:
    Renewals() : Slots("admission_timeout 1000;") {}
};

TEST_F(Renewals, AskingForNothingDoesNotHoldAPlace) {
    RtspClient client(server_.rtspPort());
    const Deadline deadline;
    try {
        while (!deadline.passed()) client.request("OPTIONS", "*");
    } catch (const std::runtime_error&) { // closed
    }
    EXPECT_FALSE(deadline.passed());
    server_.waitForLog("closed: neither publishes nor plays within admission_timeout");
}

TEST_F(Renewals, NeitherDoesMakingStreams) {
    const auto client = connectClient(server_.port());
    const Deadline deadline;
    try {
        while (!deadline.passed()) client->createStream();
    } catch (const std::runtime_error&) { // closed
    }
    EXPECT_FALSE(deadline.passed());
    server_.waitForLog("closed: neither publishes nor plays within admission_timeout");
}

TEST_F(Renewals, WhoPlaysStays) {
    const auto publisher = startPublisher(server_.port(), "show");
    const auto player = startPlayer(server_.port(), "show");
    connectClient(server_.port())->expectClosed(); // 1000 ms are over
    player->ping();
    publisher->ping();
}

TEST(Admission, WhatABackendTakesIsNotTheClientsTime) {
    MockBackend backend;
    backend.addRule(R"({"match":{"action":"on_connect"},"reply":{"delay_ms":2500}})");
    HookcastServer server("limits { admission_timeout 2000; }\n" + defaultVhost(hooksTo(backend)));
    startPublisher(server.port(), "show")->ping();
    server.stop();
}

} // namespace
} // namespace hookcast::attacks
