// Broken connections by the thousand fill the disk with what the log says about them.
#include "support/Bystanders.h"
#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/TcpClient.h"

#include <gmock/gmock.h>

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

} // namespace
} // namespace hookcast::attacks
