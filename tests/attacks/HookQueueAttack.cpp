// Strangers who make the server ask more than the backend can answer.
#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/RtmpClient.h"
#include "support/Sessions.h"
#include "support/TcpClient.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <semaphore>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace hookcast::attacks {
namespace {

using namespace integration;

constexpr const char* kProxied = "trusted_proxies 127.0.0.1;\n";

std::size_t toldOf(const HookCalls& calls, const std::string& action, const std::string& app) {
    const HookCalls told = withAction(calls, action);
    return static_cast<std::size_t>(
        std::count_if(told.begin(), told.end(), [&](const HookCall& call) { return call.text("app") == app; }));
}

/// Each of them makes the server ask about it, and is gone.
void comeAndLeave(const HookcastServer& server, int clients, std::counting_semaphore<>& gone) {
    for (int i = 0; i < clients; ++i) {
        TcpClient client(server.rtspPort());
        client.trySend(base::asBytes("OPTIONS rtsp://h/flood/x RTSP/1.0\r\nCSeq: 1\r\n\r\n"));
        gone.release();
    }
}

std::unique_ptr<RtmpClient> askFrom(const HookcastServer& server, const std::string& address, const char* app) {
    auto client = std::make_unique<RtmpClient>(server.port());
    client->tcp().send(base::asBytes(fmt::format("PROXY TCP4 {} 127.0.0.1 1234 1935\r\n", address)));
    client->shakeHands();
    const ConnectRequest request = requestFor(server.port(), app);
    client->sendCommand(
        "connect", client->nextTransaction(),
        {rtmp::Amf::object({{"app", rtmp::Amf::string(request.app)}, {"tcUrl", rtmp::Amf::string(request.tcUrl)}})});
    return client;
}

TEST(HookQueueAttack, ThoseWhoLeaveAtOnceTakeNoClosingAndNoAdmissionFromOthers) {
    constexpr std::size_t kHonest = 20;
    MockBackend backend;
    const HookcastServer server("limits { hook_connections 2; hook_queue 500; }\n" + defaultVhost(hooksTo(backend)));
    std::vector<std::unique_ptr<RtmpClient>> honest;
    for (std::size_t i = 0; i < kHonest; ++i) honest.push_back(connectClient(server.port(), "honest"));
    backend.addRule(R"({"match":{"app":"flood"},"reply":{"delay_ms":20}})");
    std::counting_semaphore<> gone(0);
    std::vector<std::jthread> strangers;
    strangers.reserve(4);
    for (int i = 0; i < 4; ++i) strangers.emplace_back([&] { comeAndLeave(server, 750, gone); });
    for (int i = 0; i < 100; ++i) gone.acquire();
    honest.clear();
    backend.waitFor("all closings of the honest ones",
                    [](const HookCalls& calls) { return toldOf(calls, "on_close", "honest") == kHonest; });
    strangers.clear();
    EXPECT_NO_THROW(connectClient(server.port(), "newcomer"));
    EXPECT_EQ(toldOf(backend.calls(), "on_connect", "newcomer"), 1U);
    // Whoever was asked about and let in is told of as gone, and nobody else.
    backend.waitFor("as many ends as beginnings", [](const HookCalls& calls) {
        return toldOf(calls, "on_close", "flood") == toldOf(calls, "on_connect", "flood");
    });
}

TEST(HookQueueAttack, OneAddressThatWaitsWithManyHoldsUpNoOther) {
    MockBackend backend;
    backend.addRule(R"({"reply":{"delay_ms":2000},"times":1})");
    const HookcastServer server(kProxied + std::string("loops 1;\nlimits { hook_connections 1; hook_queue 20; }\n") +
                                defaultVhost(hooksTo(backend)));
    std::vector<std::unique_ptr<RtmpClient>> strangers;
    for (int i = 0; i < 21; ++i) strangers.push_back(askFrom(server, "198.51.100.1", "flood"));
    strangers.push_back(askFrom(server, "198.51.100.1", "flood"));
    server.waitForLog("too many hook calls are waiting");
    const auto newcomer = askFrom(server, "203.0.113.7", "newcomer");
    backend.waitFor("the newcomer",
                    [](const HookCalls& calls) { return toldOf(calls, "on_connect", "newcomer") == 1; });
    server.waitForLog("too many hook calls are waiting", 2);
}

} // namespace
} // namespace hookcast::attacks
