// Those whom nobody has let in yet have the server keep what they send.
#include "support/Bystanders.h"
#include "support/Configs.h"
#include "support/FreePort.h"
#include "support/HookcastServer.h"
#include "support/HttpClient.h"
#include "support/Sessions.h"
#include "support/TestFrames.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

namespace hookcast::attacks {
namespace {

using namespace integration;

constexpr std::size_t kMegabyte = 1024UL * 1024;

std::size_t growth(const HookcastServer& server, std::size_t before) {
    const std::size_t now = server.residentBytes();
    return now > before ? now - before : 0;
}

/// Two messages of 16 MiB, each of them but for its end.
void sendTwoUnfinished(RtmpClient& client) {
    constexpr std::uint32_t kChunkBytes = 8 * 1024 * 1024;
    client.setChunkSize(kChunkBytes);
    for (std::uint32_t id = 4; id < 6; ++id) {
        rtmp::Message message = avcKeyframe(0, 2 * kChunkBytes - 1);
        message.chunkStreamId = id;
        base::Bytes bytes = client.chunked(message);
        bytes.resize(12 + kChunkBytes);
        if (!client.tcp().trySend(bytes)) return;
    }
}

TEST(Memory, RtmpMessagesBeforeConnectAreShort) {
    HookcastServer server(defaultVhost());
    const std::size_t before = server.residentBytes();
    for (int i = 0; i < 30; ++i) {
        RtmpClient client(server.port());
        client.shakeHands();
        sendTwoUnfinished(client);
        client.tcp().drainUntilClosed();
        ASSERT_LT(growth(server, before), memoryAllowance(10 * kMegabyte)) << i;
    }
    server.waitForLog("closed: broken chunk stream: a message of 16777215 bytes; the limit is 65536");
}

TEST(Memory, ManyShortRtmpMessagesAreBoundedTogether) {
    HookcastServer server(defaultVhost());
    RtmpClient client(server.port());
    client.shakeHands();
    client.setChunkSize(30'000);
    for (std::uint32_t id = 4; id < 8; ++id) {
        rtmp::Message message = avcKeyframe(0, 40'000);
        message.chunkStreamId = id;
        base::Bytes bytes = client.chunked(message);
        bytes.resize(12 + 30'000);
        if (!client.tcp().trySend(bytes)) break;
    }
    client.tcp().drainUntilClosed();
    server.waitForLog("closed: broken chunk stream: more than 65536 bytes in unfinished messages");
}

TEST(Memory, PublishersSendPicturesOfAnySize) {
    HookcastServer server(defaultVhost());
    const auto publisher = startPublisher(server.port(), "show");
    publisher->setChunkSize(65536);
    publisher->send(avcKeyframe(0, 4 * kMegabyte));
    publisher->ping();
}

TEST(Memory, OfBodiesNothingIsKept) {
    FreePort http;
    FreePort api;
    HookcastServer server(fmt::format("http_server {{ enabled on; listen 127.0.0.1:{}; }}\n"
                                      "http_api {{ enabled on; listen 127.0.0.1:{}; auth {{ enabled on; username a; "
                                      "password b; }} }}\nlimits {{ api_connections 200; }}\n{}",
                                      http.number(), api.number(), defaultVhost()));
    const std::size_t before = server.residentBytes();
    std::vector<std::unique_ptr<HttpClient>> clients;
    const std::string body(kMegabyte - 1, 'x');
    for (int i = 0; i < 200; ++i) {
        clients.push_back(std::make_unique<HttpClient>(i % 2 == 0 ? http.number() : api.number()));
        HttpClient& client = *clients.back();
        client.sendRaw("POST /api/v1/raw?rpc=reload HTTP/1.1\r\nHost: a\r\nContent-Length: 1048576\r\n\r\n");
        // Nobody waits for the body.
        EXPECT_EQ(client.receive().status, i % 2 == 0 ? 404 : 401);
        client.tcp().trySend(base::asBytes(body));
    }
    EXPECT_LT(growth(server, before), memoryAllowance(10 * kMegabyte));
}

} // namespace
} // namespace hookcast::attacks
