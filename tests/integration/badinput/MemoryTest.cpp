#include "support/Bystanders.h"
#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/Sessions.h"
#include "support/TestFrames.h"

#include <gmock/gmock.h>

#include <cstddef>
#include <memory>
#include <vector>

namespace hookcast::integration {
namespace {

constexpr std::size_t kMegabyte = 1024UL * 1024;
constexpr const char* kPatient = "publish { firstpkt_timeout 600000; normal_timeout 600000; }";

/// How much the server's memory has grown since `before`.
std::size_t growth(const HookcastServer& server, std::size_t before) {
    const std::size_t now = server.residentBytes();
    return now > before ? now - before : 0;
}

TEST(Memory, IsNotTakenForMessagesThatAreOnlyAnnounced) {
    HookcastServer server("loops 1;\nlimits { idle_timeout 600000; }\n" + defaultVhost(kPatient));
    Bystanders bystanders(server);
    const std::size_t before = server.residentBytes();
    constexpr std::size_t kClients = 100;
    constexpr std::uint32_t kChunkBytes = 16 * 1024 * 1024;
    base::Bytes announced;
    std::vector<std::unique_ptr<RtmpClient>> clients;
    for (std::size_t i = 0; i < kClients; ++i) {
        clients.push_back(startPublisher(server.port(), "announces-" + std::to_string(i)));
        RtmpClient& client = *clients.back();
        client.setChunkSize(kChunkBytes);
        // 16 MiB are announced, by the message as by its chunk, and these are all that ever come.
        if (announced.empty()) {
            announced = client.chunked(avcKeyframe(0, kChunkBytes - 1));
            announced.resize(3000);
        }
        client.tcp().send(announced);
    }
    // The one loop reads from whoever has sent something before it comes back to the same connection.
    for (int round = 0; round < 2; ++round) bystanders.expectToGoOn();
    EXPECT_LT(growth(server, before), memoryAllowance(32 * kMegabyte));
    server.stop();
}

TEST(Memory, OfAStreamIsBoundedThoughNobodyPlaysIt) {
    HookcastServer server("limits { log_size 4194304; }\n" + defaultVhost(kPatient));
    const auto publisher = startPublisher(server.port(), "unwatched");
    publisher->setChunkSize(65536);
    publisher->send(avcKeyframe(0));
    publisher->ping();
    const std::size_t before = server.residentBytes();
    // One group of pictures without end.
    for (std::uint32_t i = 1; i <= 2000; ++i) publisher->send(avcInterFrame(i * 40, 100000, i));
    publisher->ping();
    EXPECT_LT(growth(server, before), memoryAllowance(64 * kMegabyte));
    server.stop();
}

} // namespace
} // namespace hookcast::integration
