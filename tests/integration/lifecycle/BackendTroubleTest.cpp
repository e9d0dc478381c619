#include "support/Applicant.h"
#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/Ledger.h"
#include "support/MockBackend.h"
#include "support/Sessions.h"
#include "support/TestFrames.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

/// A client that has sent connect and not waited for the verdict.
std::unique_ptr<RtmpClient> pendingConnect(const HookcastServer& server, const char* app) {
    auto client = std::make_unique<RtmpClient>(server.port());
    client->shakeHands();
    const ConnectRequest request = requestFor(server.port(), app);
    client->sendCommand(
        "connect", client->nextTransaction(),
        {rtmp::Amf::object({{"app", rtmp::Amf::string(request.app)}, {"tcUrl", rtmp::Amf::string(request.tcUrl)}})});
    return client;
}

TEST(BackendTrouble, ClosingEventsWaitForABackendThatRestarts) {
    MockBackend backend;
    HookcastServer server(defaultVhost(hooksTo(backend)));
    {
        const auto publisher = startPublisher(server.port(), "show");
        const auto player = startPlayer(server.port(), "show");
        backend.stop();
    }
    server.waitForLog("verdict=retry", 2);
    backend.restart();
    backend.waitForCall("on_close", 2);
    server.stop();

    const Ledger ledger = settle(backend.calls());
    EXPECT_THAT(ledger.mistakes, IsEmpty());
    EXPECT_EQ(ledger.admitted, 4U);
    EXPECT_EQ(ledger.closed, 4U);
}

TEST(BackendTrouble, RunningSessionsOutliveTheirBackend) {
    MockBackend backend;
    HookcastServer server(defaultVhost(hooksTo(backend)));
    const auto publisher = startPublisher(server.port(), "show");
    const auto player = startPlayer(server.port(), "show");
    backend.stop();
    publisher->send(avcKeyframe(0));
    player->expectMedia(1);
    EXPECT_THAT(server.closedLines(), IsEmpty());
}

TEST(BackendTrouble, ADeadBackendRefusesAfterOneMoreAttempt) {
    MockBackend backend;
    HookcastServer server(defaultVhost(hooksTo(backend)));
    backend.stop();
    Applicant applicant(server, "on_connect");
    EXPECT_EQ(applicant.ask().code, refusalCodeOf("on_connect"));
    applicant.client().expectClosed();
    server.stop();
    EXPECT_EQ(server.log().count("on_connect stream="), 2U);
}

TEST(BackendTrouble, OneThatHangsDelaysNobodyElse) {
    MockBackend hanging;
    MockBackend prompt;
    hanging.addRule(R"({"reply":{"delay_ms":600000}})");
    HookcastServer server("limits { hook_drain 0; }\n" + vhost("hanging.example.com", hooksTo(hanging)) +
                          vhost("prompt.example.com", hooksTo(prompt)));
    constexpr std::size_t kHanging = 300;
    std::vector<std::unique_ptr<RtmpClient>> waiting;
    for (std::size_t i = 0; i < kHanging; ++i) {
        waiting.push_back(pendingConnect(server, "live?vhost=hanging.example.com"));
    }
    // They do not wait for each other either.
    hanging.waitFor("all clients", [](const HookCalls& calls) { return calls.size() == kHanging; });

    const auto publisher = startPublisher(server.port(), "show", "live?vhost=prompt.example.com");
    const auto player = startPlayer(server.port(), "show", "live?vhost=prompt.example.com");
    publisher->send(avcKeyframe(0));
    player->expectMedia(1);

    EXPECT_EQ(actionsOf(prompt.calls()),
              (std::vector<std::string>{"on_connect", "on_publish", "on_connect", "on_play"}));
    EXPECT_THAT(server.closedLines(), IsEmpty());
    server.stop();
}

TEST(BackendTrouble, OfCallsOnlySoManyWait) {
    MockBackend backend;
    backend.addRule(R"({"reply":{"delay_ms":600000}})");
    HookcastServer server("loops 1;\nlimits { hook_connections 1; hook_queue 1; hook_drain 0; }\n" +
                          defaultVhost(hooksTo(backend)));
    const auto asked = pendingConnect(server, "live");
    backend.waitForCall("on_connect");
    const auto waiting = pendingConnect(server, "live");
    // The one loop has read what the other sent before this one has shaken hands.
    Applicant applicant(server, "on_connect");
    EXPECT_EQ(applicant.ask().code, refusalCodeOf("on_connect"));
    EXPECT_THAT(server.waitForLog("] refused: "), HasSubstr("too many hook calls are waiting"));
    server.stop();
    EXPECT_EQ(backend.calls().size(), 1U);
}

TEST(BackendTrouble, OneThatHangsDelaysTheEndNoLongerThanAllowed) {
    MockBackend backend;
    backend.addRule(R"({"match":{"action":"on_close"},"reply":{"delay_ms":600000}})");
    HookcastServer server("limits { hook_drain 300; }\n" + defaultVhost(hooksTo(backend)));
    const auto client = connectClient(server.port());
    server.stop();
    EXPECT_THAT(server.waitForLog("[error]"), HasSubstr("1 hook events were not delivered within hook_drain"));
    backend.waitForCall("on_close");
}

TEST(BackendTrouble, EventsOfOneSessionAreNotToldAtOnce) {
    MockBackend backend;
    backend.addRule(R"({"match":{"action":"on_unpublish"},"reply":{"delay_ms":300}})");
    HookcastServer server(defaultVhost(hooksTo(backend)));
    startPublisher(server.port(), "show")->tcp().reset();
    const HookCall closing = backend.waitForCall("on_close");
    const HookCall unpublishing = backend.waitForCall("on_unpublish");
    EXPECT_GE(closing.monotonicMs - unpublishing.monotonicMs, 300);
    server.stop();
}

} // namespace
} // namespace hookcast::integration
