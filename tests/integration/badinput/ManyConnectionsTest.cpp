#include "support/Bystanders.h"
#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/Sessions.h"
#include "support/TcpClient.h"

#include <gmock/gmock.h>

#include <sys/resource.h>

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

constexpr std::size_t kConnections = 5000;
constexpr std::size_t kAllowed = 1000;
constexpr std::size_t kBystanders = 2;
constexpr std::size_t kMegabyte = 1024UL * 1024;

void allowDescriptors(rlim_t count) {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur >= count) return;
    limit.rlim_cur = count;
    if (limit.rlim_max < count || ::setrlimit(RLIMIT_NOFILE, &limit) != 0)
        throw std::runtime_error("this test needs " + std::to_string(count) + " open files (ulimit -Hn)");
}

/// Tries until the server has noticed that others have left.
std::unique_ptr<RtmpClient> connectWhenThereIsRoom(const HookcastServer& server) {
    const Deadline deadline;
    for (;;) {
        try {
            return connectClient(server.port());
        } catch (const std::runtime_error&) {
            if (deadline.passed()) throw;
        }
    }
}

TEST(ManyConnections, FiveThousandThatSayNothingLeaveRoomForThoseWhoAreThere) {
    allowDescriptors(kConnections + 200);
    HookcastServer server("max_connections 1000;\nlimits { handshake_timeout 600000; admission_timeout 600000; }\n" +
                          defaultVhost("publish { firstpkt_timeout 600000; normal_timeout 600000; }"));
    Bystanders bystanders(server);
    const std::size_t before = server.residentBytes();

    std::vector<TcpClient> idle;
    for (std::size_t i = 0; i < kConnections; ++i) {
        idle.emplace_back(server.port());
        if (i % 250 == 0) bystanders.expectToGoOn();
    }
    // Connections are accepted in their order, so the last are those that find no room.
    for (std::size_t i = kAllowed - kBystanders; i < kConnections; ++i) idle[i].drainUntilClosed();
    for (std::size_t i = 0; i < kAllowed - kBystanders; ++i)
        ASSERT_FALSE(idle[i].waitReadable(Deadline(std::chrono::milliseconds(0)))) << i;
    bystanders.expectToGoOn();
    EXPECT_LT(server.residentBytes(), before + memoryAllowance(64 * kMegabyte));
    EXPECT_THAT(server.waitForLog("connections: max_connections 1000 is reached"), testing::HasSubstr("[warn]"));
    EXPECT_LT(server.log().count("max_connections 1000 is reached"), 100U);

    idle.clear();
    connectWhenThereIsRoom(server);
    bystanders.expectToGoOn();
    server.stop();
}

TEST(ManyConnections, ThatSayNothingAreClosedOneAndAll) {
    HookcastServer server("srs_log_level info;\nlimits { handshake_timeout 1000; }\n" +
                          defaultVhost("publish { firstpkt_timeout 600000; normal_timeout 600000; }"));
    Bystanders bystanders(server);
    std::vector<TcpClient> idle;
    for (std::size_t i = 0; i < 500; ++i) idle.emplace_back(server.port());
    for (TcpClient& client : idle) client.drainUntilClosed();
    bystanders.expectToGoOn();
    server.stop();
    EXPECT_THAT(server.closedLines("closed: the handshake took longer than handshake_timeout"), testing::SizeIs(500));
}

} // namespace
} // namespace hookcast::integration
