// Thousands of connections on every TCP port that send a byte and then another one, while others play.
#include "support/Bystanders.h"
#include "support/Configs.h"
#include "support/FreePort.h"
#include "support/HttpClient.h"
#include "support/HttpHookcast.h"
#include "support/Sessions.h"
#include "support/TcpClient.h"
#include "support/TestFrames.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

constexpr std::size_t kMegabyte = 1024UL * 1024;
constexpr std::size_t kPlayers = 100;
constexpr std::size_t kAtOnce = 250; ///< between two pictures for the players

/// On each port, where the system gives the test and the server 20,400 descriptors each; else as many as there is room
/// for.
constexpr std::size_t kMostOnEachPort = 5000;
constexpr std::size_t kPorts = 4;
constexpr std::size_t kOtherDescriptors = 400;

std::size_t slowOnEachPort() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    return std::min(kMostOnEachPort, (limit.rlim_cur - kOtherDescriptors) / kPorts);
}

TEST(SlowConnections, OnEveryPortLeavePlayersAlone) {
    const std::size_t each = slowOnEachPort();
    const FreePort api;
    HttpHookcast hookcast(fmt::format(
        "max_connections {};\nlimits {{ handshake_timeout 600000; admission_timeout 600000; idle_timeout "
        "600000; header_timeout 600000; api_connections {}; }}\nhttp_api {{ enabled on; listen {}; }}\n{}",
        3 * each + 1000, each + 10, api.number(),
        defaultVhost(std::string(kAllMounts) + "publish { firstpkt_timeout 600000; normal_timeout 600000; }")));
    HookcastServer& server = hookcast.server();
    const auto publisher = startPublisher(server.port(), "show");
    std::vector<std::unique_ptr<RtmpClient>> players;
    for (std::size_t i = 0; i < kPlayers; ++i) players.push_back(startPlayer(server.port(), "show"));
    std::uint32_t timestampMs = 0;
    const auto expectPicture = [&] {
        publisher->send(avcKeyframe(timestampMs += 40));
        for (const auto& player : players) player->expectMedia(1);
    };
    expectPicture();
    const std::size_t before = server.residentBytes();

    std::vector<TcpClient> slow;
    for (std::size_t i = 0; i < each; ++i) {
        for (const std::uint16_t port : {server.port(), server.rtspPort(), hookcast.httpPort(), api.number()}) {
            slow.emplace_back(port);
            const std::string first = port == server.port() ? "\x03" : "G";
            slow.back().send(base::asBytes(first));
        }
        if (i % kAtOnce == 0) expectPicture();
    }
    // Another byte of what would be a request, from each of them.
    for (std::size_t i = 0; i < slow.size(); ++i) {
        ASSERT_TRUE(slow[i].trySend(base::asBytes(std::string(i % kPorts == 0 ? "x" : "E")))) << "connection " << i;
        if (i % (kPorts * kAtOnce) == 0) expectPicture();
    }
    for (const TcpClient& one : slow) ASSERT_FALSE(one.waitReadable(Deadline(std::chrono::milliseconds(0))));
    expectPicture();
    // Whoever comes is served on every port, however many there are.
    startPlayer(server.port(), "show");
    HttpClient http(hookcast.httpPort());
    http.send("GET", "/live/show.flv");
    EXPECT_EQ(http.receive().status, 200);
    EXPECT_EQ(HttpClient(api.number()).get("/api/v1/versions").status, 200);
    const std::size_t grownBytes = server.residentBytes() - std::min(before, server.residentBytes());
    RecordProperty("slow_connections", static_cast<int>(slow.size()));
    RecordProperty("bytes_each", static_cast<int>(grownBytes / slow.size()));
    EXPECT_LT(grownBytes, memoryAllowance(slow.size() * 16 * 1024 + 16 * kMegabyte));
    slow.clear();
    expectPicture();
    server.stop();
}

} // namespace
} // namespace hookcast::integration
