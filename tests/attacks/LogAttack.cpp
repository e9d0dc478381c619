// Broken connections by the thousand fill the disk with what the log says about them.
#include "support/Bystanders.h"
#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/RtmpClient.h"
#include "support/Sessions.h"
#include "support/TcpClient.h"

#include <gmock/gmock.h>

#include <sstream>
#include <string>

namespace hookcast::attacks {
namespace {

using namespace integration;

TEST(Log, AThousandBrokenConnectionsAreALineAndANumber) {
    HookcastServer server(defaultVhost("publish { firstpkt_timeout 600000; normal_timeout 600000; }"));
    Bystanders bystanders(server);
    constexpr int kConnections = 1000;
    for (int i = 0; i < kConnections; ++i) {
        TcpClient client(server.rtspPort());
        client.trySend(base::asBytes(std::string_view("\x01\x02\x03\x04")));
        client.drainUntilClosed();
    }
    bystanders.expectToGoOn();
    EXPECT_LE(server.closedLines("broken RTSP").size(), 1U);
    // Also when nothing more happens.
    EXPECT_THAT(server.waitForLog(" more from 127.0.0.1: broken RTSP"), testing::HasSubstr("[warn]"));
    server.stop();
    EXPECT_LT(server.log().count("broken RTSP"), 10U);
}

/// What lines are forged and terminals are taken over with, as a client can send it.
const std::string kForged = "x\r\n[2026-01-01 00:00:00.000][error][main] forged\x1b]0;owned\x07\xff\"";

/// Every line of `log`; that each begins as a line does is expected of it, and that a terminal shows it as it is.
void expectHonestLines(const std::string& text) {
    std::istringstream log(text);
    for (std::string line; std::getline(log, line);) {
        EXPECT_TRUE(line.starts_with('[') && line.find("][main] forged") != 25) << line;
        for (const char c : line) EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) << line;
        EXPECT_LT(line.size(), 5000U);
    }
}

TEST(Log, NoNameForgesALine) {
    HookcastServer server(defaultVhost("security { enabled on; deny publish all; allow play all; }"));
    for (const std::string& name :
         {kForged, std::string(4000, '\x1b'), std::string("a?token=geheim"), std::string("\0", 1)}) {
        RtmpClient client(server.port());
        client.shakeHands();
        client.connect(requestFor(server.port(), "live"));
        EXPECT_EQ(client.publish(name).level, "error");
    }
    RtmpClient client(server.port());
    client.shakeHands();
    EXPECT_EQ(client.connect(requestFor(server.port(), "live" + kForged)).level, "error");
    server.stop();
    EXPECT_EQ(server.log().count("] refused: "), 3U) << "three have a control character";
    EXPECT_EQ(server.log().count("geheim"), 0U);
    expectHonestLines(server.log().text());
}

TEST(Log, NoBackendForgesALineOrFillsTheDisk) {
    MockBackend backend;
    backend.addRule(std::string(R"({"match":{"action":"on_publish"},"reply":{"body":"{\"code\":1,\"msg\":\")") +
                    R"(x\\r\\n[2026-01-01 00:00:00.000][error][main] forged\\u001b]0;owned\\u0007)" +
                    std::string(60000, 'y') + R"(\"}"}})");
    HookcastServer server(defaultVhost(hooksTo(backend)));
    RtmpClient client(server.port());
    client.shakeHands();
    client.connect(requestFor(server.port(), "live"));
    EXPECT_EQ(client.publish("show").level, "error");
    EXPECT_THAT(server.waitForLog("] refused: "), testing::HasSubstr(R"(backend_msg="x\x0d\x0a[2026)"));
    server.stop();
    EXPECT_EQ(server.log().count("] refused: "), 1U);
    expectHonestLines(server.log().text());
}

} // namespace
} // namespace hookcast::attacks
