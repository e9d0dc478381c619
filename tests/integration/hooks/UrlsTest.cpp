#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/Sessions.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::ElementsAre;

std::vector<std::string> pathsOf(const HookCalls& calls) {
    std::vector<std::string> paths;
    for (const HookCall& call : calls) paths.push_back(call.path + (call.query.empty() ? "" : "?" + call.query));
    return paths;
}

/// `on_publish` asks three URLs of `backend`, and each has its own for the end.
std::string threeUrls(const MockBackend& backend) {
    return fmt::format("http_hooks {{ enabled on; on_publish {} {} {}; on_unpublish {} {} {}; }}",
                       backend.url("/api/v1/streams?n=1"), backend.url("/api/v1/streams?n=2"),
                       backend.url("/api/v1/streams?n=3"), backend.url("/api/v1/streams?end=1"),
                       backend.url("/api/v1/streams?end=2"), backend.url("/api/v1/streams?end=3"));
}

TEST(Urls, AreAskedInTheirOrderOneAfterAnother) {
    MockBackend backend;
    // If they were asked at once, the first would be answered last.
    backend.addRule(R"({"match":{"query":"n=1"},"reply":{"delay_ms":200}})");
    HookcastServer server(defaultVhost(threeUrls(backend)));
    startPublisher(server.port(), "show");
    backend.waitForCall("on_unpublish", 3);

    const HookCalls& calls = backend.calls();
    EXPECT_THAT(pathsOf(calls), ElementsAre("/api/v1/streams?n=1", "/api/v1/streams?n=2", "/api/v1/streams?n=3",
                                            "/api/v1/streams?end=1", "/api/v1/streams?end=2", "/api/v1/streams?end=3"));
    EXPECT_GE(calls[1].monotonicMs - calls[0].monotonicMs, 200);
    server.stop();
}

TEST(Urls, BehindARefusalAreNotAskedAndThoseBeforeItLearnOfTheEnd) {
    MockBackend backend;
    backend.addRule(R"({"match":{"query":"n=2"},"reply":{"body":"1"}})");
    HookcastServer server(defaultVhost(threeUrls(backend)));
    const auto client = connectClient(server.port());
    client->createStream();
    EXPECT_EQ(client->publish("show").level, "error");
    client->expectClosed();
    backend.waitForCall("on_unpublish");
    server.stop();

    EXPECT_THAT(pathsOf(backend.calls()),
                ElementsAre("/api/v1/streams?n=1", "/api/v1/streams?n=2", "/api/v1/streams?end=1"));
}

TEST(Urls, EveryEventMayHaveSeveral) {
    MockBackend backend;
    const std::string clients = backend.url("/api/v1/clients");
    const std::string sessions = backend.url("/api/v1/sessions");
    HookcastServer server(defaultVhost(fmt::format("http_hooks {{ enabled on; on_connect {0}?a {0}?b; on_close {0}?c "
                                                   "{0}?d; on_play {1}?a {1}?b; on_stop {1}?c {1}?d; }}",
                                                   clients, sessions)));
    startPlayer(server.port(), "show");
    backend.waitForCall("on_close", 2);
    server.stop();
    EXPECT_THAT(pathsOf(backend.calls()),
                ElementsAre("/api/v1/clients?a", "/api/v1/clients?b", "/api/v1/sessions?a", "/api/v1/sessions?b",
                            "/api/v1/sessions?c", "/api/v1/sessions?d", "/api/v1/clients?c", "/api/v1/clients?d"));
}

TEST(Urls, ARefusedClosingEventIsLoggedAndChangesNothing) {
    MockBackend backend;
    backend.addRule(R"({"match":{"action":"on_unpublish"},"reply":{"status":403}})");
    HookcastServer server(defaultVhost(hooksTo(backend)));
    startPublisher(server.port(), "show");
    backend.waitForCall("on_close");
    EXPECT_THAT(actionsOf(backend.calls()), ElementsAre("on_connect", "on_publish", "on_unpublish", "on_close"));
    EXPECT_THAT(server.waitForLog("hook on_unpublish"),
                testing::HasSubstr("verdict=failed reason=\"HTTP status 403\""));
    server.stop();
}

TEST(Urls, EachCallIsLoggedInOneLineWithoutItsQuery) {
    MockBackend backend;
    HookcastServer server(defaultVhost(
        fmt::format("http_hooks {{ enabled on; on_connect {}?secret=42; }}", backend.url("/api/v1/clients"))));
    connectClient(server.port());
    const std::string line = server.waitForLog("hook on_connect");
    EXPECT_THAT(line, testing::HasSubstr(fmt::format("url={} status=200 verdict=admitted reason=- ms=",
                                                     backend.url("/api/v1/clients"))));
    EXPECT_EQ(server.log().count("secret"), 0U);
    server.stop();
}

TEST(Urls, OfADisabledBlockAreNotAsked) {
    MockBackend backend;
    HookcastServer server(defaultVhost(
        fmt::format("http_hooks {{ enabled off; on_connect {0}; on_publish {0}; }}", backend.url("/api/v1/clients"))));
    startPublisher(server.port(), "show");
    server.stop();
    EXPECT_THAT(backend.calls(), testing::IsEmpty());
}

} // namespace
} // namespace hookcast::integration
