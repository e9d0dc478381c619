// Who is asked and told beside http_hooks: vhost.http_notify, webhook.
#include "effects/Effect.h"

#include "shared/CertificateAuthority.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/Sessions.h"
#include "support/TempFolder.h"
#include "support/TestFrames.h"
#include "support/TlsBackend.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Parser.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace hookcast::integration {
namespace {

using testing::Each;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kVhost = "vhost __defaultVhost__ { }\n";

std::string notifyWith(std::string_view content) {
    return fmt::format("vhost __defaultVhost__ {{ http_notify {{ {} }} }}\n", content);
}

/// A publisher and a player come and go.
void runSessions(const HookcastServer& server) {
    const auto publisher = startPublisher(server.port(), "show");
    publisher->send(avcKeyframe(0));
    publisher->sync();
    startPlayer(server.port(), "show");
}

/// One line alone, which has to hear of its event, and of nothing else.
void notifyHears(const std::string& event) {
    const std::string action = "notify " + event;
    const std::string path = "/notify/" + event;
    MockBackend backend;
    HookcastServer server(notifyWith(fmt::format("enabled on; on_{} {};", event, backend.url(path + "?only=this"))));
    runSessions(server);
    EXPECT_EQ(backend.waitForCall(action).query, "only=this");
    server.stop();
    EXPECT_THAT(actionsOf(backend.calls()), Each(action));
}

/// What a backend hears of sessions over RTMP.
HookCalls heardWith(std::string_view directives) {
    MockBackend backend;
    HookcastServer server(notifyWith(fmt::format("{} on_publish {};", directives, backend.url("/notify/publish"))));
    runSessions(server);
    server.stop();
    return backend.calls();
}

void notifyEnabled() {
    EXPECT_EQ(heardWith("enabled on;").size(), 1U);
    EXPECT_EQ(heardWith("enabled off;").size(), 0U);
}

void notifyMethod() {
    EXPECT_EQ(heardWith("enabled on; notify_method GET;").front().method, "GET");
    EXPECT_EQ(heardWith("enabled on;").front().method, "POST");
}

void protocols() {
    EXPECT_EQ(heardWith("enabled on; protocols rtmp;").size(), 1U);
    EXPECT_EQ(heardWith("enabled on; protocols rtsp srt;").size(), 0U);
}

bool mayPublishWith(std::string_view directives) {
    const HookcastServer server(notifyWith(directives));
    const auto client = connectClient(server.port());
    client->createStream();
    return client->publish("show").level == "status";
}

void notifyTimeout() {
    MockBackend backend;
    backend.addRule(R"({"match":{"path":"/notify"},"reply":{"delay_ms":1500}})");
    const std::string asking = fmt::format("enabled on; on_publish {};", backend.url("/notify"));
    EXPECT_FALSE(mayPublishWith(asking + "timeout 0.2;"));
    EXPECT_TRUE(mayPublishWith(asking));
}

void notifyCaFile() {
    const TempFolder folder;
    const support::CertificateAuthority authority;
    const TlsBackend backend(authority.issue("IP:127.0.0.1"));
    const std::string asking = fmt::format("enabled on; on_publish {};", backend.url("127.0.0.1", "/notify"));
    EXPECT_TRUE(mayPublishWith(asking + fmt::format("ca_file {};", folder.write("ca.pem", authority.pem()))));
    EXPECT_FALSE(mayPublishWith(asking));
}

void webhookUrl() {
    MockBackend backend;
    const HookcastServer server(fmt::format("webhook {{ url {}; }}\n{}", backend.url("/event/?mine"), kVhost));
    EXPECT_EQ(backend.waitForEvents("service:up").front().target, "/event/?mine");
}

void webhookEvents() {
    MockBackend backend;
    HookcastServer server(webhookTo(backend, "events stream:create;") + kVhost);
    runSessions(server);
    server.stop();
    EXPECT_THAT(namesOf(backend.events()), testing::ElementsAre("stream:create"));
}

/// So that events pile up behind the first.
void makeSlow(MockBackend& backend, int delayMs) {
    backend.addRule(fmt::format(R"({{"match":{{"path":"/event/"}},"reply":{{"delay_ms":{}}},"times":1}})", delayMs));
}

/// Ten events.
void publishFiveTimes(const HookcastServer& server) {
    const auto client = connectClient(server.port());
    client->createStream();
    for (int i = 0; i < 5; ++i) {
        ASSERT_EQ(client->publish("show").level, "status");
        client->sendCommand("closeStream", 0, {rtmp::Amf::null()}, 1);
    }
    client->sync();
}

void webhookBatch() {
    MockBackend backend;
    makeSlow(backend, 500);
    HookcastServer server(webhookTo(backend, "batch 2;") + kVhost);
    publishFiveTimes(server);
    server.stop();
    std::size_t largest = 0;
    for (const HookCall& call : backend.calls())
        largest = std::max(largest, Poco::JSON::Parser().parse(call.rawBody).extract<Poco::JSON::Array::Ptr>()->size());
    EXPECT_EQ(largest, 2U);
}

void webhookQueue() {
    MockBackend backend;
    makeSlow(backend, 1000);
    const HookcastServer server(webhookTo(backend, "queue 3;") + kVhost);
    publishFiveTimes(server);
    EXPECT_THAT(server.waitForLog("events dropped"), HasSubstr("3 wait already"));
}

void webhookPulse() {
    MockBackend toldSeldom;
    MockBackend toldOften;
    const HookcastServer seldom(webhookTo(toldSeldom, "pulse 600;") + kVhost);
    const HookcastServer often(webhookTo(toldOften, "pulse 0.2;") + kVhost);
    toldOften.waitForEvents("service:pulse", 2);
    EXPECT_THAT(namesOf(toldSeldom.events()), Not(testing::Contains("service:pulse")));
}

void webhookTimeout() {
    constexpr const char* kNotTaken = "events are not taken";
    MockBackend first;
    MockBackend second;
    makeSlow(first, 600'000);
    makeSlow(second, 600'000);
    const HookcastServer patient(webhookTo(first, "timeout 600;") + kVhost);
    const HookcastServer impatient(webhookTo(second, "timeout 0.2;") + kVhost);
    impatient.waitForLog(kNotTaken);
    EXPECT_EQ(patient.log().count(kNotTaken), 0U);
}

void webhookRetry() {
    const std::string refusing = R"({"match":{"path":"/event/"},"reply":{"status":500}})";
    const auto hasCalls = [](std::size_t count) {
        return [count](const HookCalls& calls) { return calls.size() >= count; };
    };
    MockBackend calledSeldom;
    MockBackend calledOften;
    calledSeldom.addRule(refusing);
    calledOften.addRule(refusing);
    const HookcastServer seldom(webhookTo(calledSeldom, "retry 600;") + kVhost);
    calledSeldom.waitFor("a call", hasCalls(1));
    const HookcastServer often(webhookTo(calledOften, "retry 0.1;") + kVhost);
    calledOften.waitFor("twelve calls", hasCalls(12));
    // Half a second at the least, then one, two, four, and so on: eight calls take more than a minute.
    EXPECT_LT(calledSeldom.calls().size(), 8U);
}

void webhookFlush() {
    const auto endsWith = [](std::string_view flush) {
        MockBackend backend;
        makeSlow(backend, 1000);
        HookcastServer server(webhookTo(backend, flush) + kVhost);
        server.stop();
        return server.log().text().find("events are left to the next start") == std::string::npos;
    };
    EXPECT_FALSE(endsWith("flush 0;"));
    EXPECT_TRUE(endsWith("flush 20;"));
}

void webhookCaFile() {
    const TempFolder folder;
    const support::CertificateAuthority authority;
    TlsBackend backend(authority.issue("IP:127.0.0.1"));
    const std::string url = fmt::format("url {};", backend.url("127.0.0.1", "/event/"));
    const HookcastServer doubting(fmt::format("webhook {{ {} }}\n{}", url, kVhost));
    doubting.waitForLog("events are not taken");
    const HookcastServer trusting(
        fmt::format("webhook {{ {} ca_file {}; }}\n{}", url, folder.write("ca.pem", authority.pem()), kVhost));
    EXPECT_THAT(backend.waitForBody(1), HasSubstr("service:up"));
}

} // namespace

Effects backendEffects() {
    return {
        {"vhost.http_notify.enabled", notifyEnabled},
        {"vhost.http_notify.on_connect", [] { notifyHears("connect"); }},
        {"vhost.http_notify.on_publish", [] { notifyHears("publish"); }},
        {"vhost.http_notify.on_play", [] { notifyHears("play"); }},
        {"vhost.http_notify.on_done", [] { notifyHears("done"); }},
        {"vhost.http_notify.notify_method", notifyMethod},
        {"vhost.http_notify.protocols", protocols},
        {"vhost.http_notify.timeout", notifyTimeout},
        {"vhost.http_notify.ca_file", notifyCaFile},
        {"webhook.url", webhookUrl},
        {"webhook.events", webhookEvents},
        {"webhook.batch", webhookBatch},
        {"webhook.queue", webhookQueue},
        {"webhook.pulse", webhookPulse},
        {"webhook.timeout", webhookTimeout},
        {"webhook.retry", webhookRetry},
        {"webhook.flush", webhookFlush},
        {"webhook.ca_file", webhookCaFile},
    };
}

} // namespace hookcast::integration
