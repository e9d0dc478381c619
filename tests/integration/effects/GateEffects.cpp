// Who is let in: vhost.security, vhost.refer, vhost.http_hooks.
#include "effects/Effect.h"

#include "shared/CertificateAuthority.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/RtmpClient.h"
#include "support/Sessions.h"
#include "support/TempFolder.h"
#include "support/TestFrames.h"
#include "support/TlsBackend.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <string_view>

namespace hookcast::integration {
namespace {

using testing::Each;

std::string vhostWith(std::string_view content) {
    return fmt::format("vhost __defaultVhost__ {{ {} }}\n", content);
}

struct Verdicts {
    bool publish = false;
    bool play = false;

    bool operator==(const Verdicts&) const = default;
};

constexpr Verdicts kBoth{true, true};
constexpr Verdicts kNone{false, false};
constexpr Verdicts kPublishOnly{true, false};
constexpr Verdicts kPlayOnly{false, true};

/// What a client who comes from `page` may do.
Verdicts verdictsWith(std::string_view content, std::string_view page = "") {
    const HookcastServer server(vhostWith(content));
    const auto may = [&](auto ask) {
        RtmpClient client(server.port());
        client.shakeHands();
        ConnectRequest request = requestFor(server.port(), "live");
        request.pageUrl = page;
        if (client.connect(request).level != "status") return false;
        client.createStream();
        return ask(client).level == "status";
    };
    return {may([](RtmpClient& client) { return client.publish("show"); }),
            may([](RtmpClient& client) { return client.play("show"); })};
}

void securityEnabled() {
    EXPECT_EQ(verdictsWith("security { enabled on; }"), kNone);
    EXPECT_EQ(verdictsWith("security { deny publish all; deny play all; }"), kBoth);
}

void securityAllow() {
    EXPECT_EQ(verdictsWith("security { enabled on; allow publish 127.0.0.0/8; }"), kPublishOnly);
}

void securityDeny() {
    EXPECT_EQ(verdictsWith("security { enabled on; deny publish 127.0.0.1; }"), kPlayOnly);
}

constexpr const char* kPage = "http://www.example.com/watch";

void referEnabled() {
    EXPECT_EQ(verdictsWith("refer { enabled on; all other.example; }", kPage), kNone);
    EXPECT_EQ(verdictsWith("refer { all other.example; }", kPage), kBoth);
}

void referAll() {
    EXPECT_EQ(verdictsWith("refer { enabled on; all other.example; }", kPage), kNone);
    EXPECT_EQ(verdictsWith("refer { enabled on; all example.com; }", kPage), kBoth);
}

void referPublish(std::string_view otherSite) {
    EXPECT_EQ(verdictsWith(otherSite, kPage), kPlayOnly);
}

void referPlay(std::string_view otherSite) {
    EXPECT_EQ(verdictsWith(otherSite, kPage), kPublishOnly);
}

/// All that clients can do, from their coming to their going.
void runSessions(const HookcastServer& server) {
    const auto publisher = startPublisher(server.port(), "show");
    publisher->send(avcKeyframe(0));
    publisher->sync();
    startPlayer(server.port(), "show");
}

/// One hook alone, which has to hear of its event, and of nothing else.
void hookHears(std::string_view hook, std::string_view path, std::string_view more = "") {
    MockBackend backend;
    HookcastServer server(vhostWith(fmt::format("http_hooks {{ enabled on; {} {}; }} {}", hook,
                                                backend.url(fmt::format("/api/v1/{}?only=this", path)), more)));
    runSessions(server);
    EXPECT_EQ(backend.waitForCall(std::string(hook)).query, "only=this");
    server.stop();
    EXPECT_THAT(actionsOf(backend.calls()), Each(std::string(hook)));
}

void onDvr() {
    const TempFolder folder;
    hookHears("on_dvr", "dvrs", fmt::format("dvr {{ enabled on; dvr_path {}; }}", folder.file("[stream].flv")));
}

void hooksEnabled() {
    const auto callsWith = [](std::string_view enabled) {
        MockBackend backend;
        HookcastServer server(vhostWith(
            fmt::format("http_hooks {{ enabled {}; on_connect {}; }}", enabled, backend.url("/api/v1/clients"))));
        connectClient(server.port());
        server.stop();
        return backend.calls().size();
    };
    EXPECT_EQ(callsWith("on"), 1U);
    EXPECT_EQ(callsWith("off"), 0U);
}

void hooksTimeout() {
    MockBackend backend;
    backend.addRule(R"({"match":{"action":"on_connect"},"reply":{"delay_ms":1500}})");
    const auto verdictsIn = [&backend](std::string_view timeout) {
        return verdictsWith(
            fmt::format("http_hooks {{ enabled on; on_connect {}; {} }}", backend.url("/api/v1/clients"), timeout));
    };
    EXPECT_EQ(verdictsIn("timeout 0.2;"), kNone);
    EXPECT_EQ(verdictsIn(""), kBoth);
}

void clientId() {
    const auto isStringWith = [](std::string_view directive) {
        MockBackend backend;
        const HookcastServer server(vhostWith(hooksTo(backend, directive)));
        connectClient(server.port());
        return backend.waitForCall("on_connect").body->get("client_id").isString();
    };
    EXPECT_TRUE(isStringWith("client_id string;"));
    EXPECT_FALSE(isStringWith(""));
}

void dialect() {
    const auto streamOfConnectWith = [](std::string_view directive) {
        MockBackend backend;
        const HookcastServer server(vhostWith(hooksTo(backend, directive)));
        startPlayer(server.port(), "show");
        return backend.waitForCall("on_connect").text("stream");
    };
    EXPECT_EQ(streamOfConnectWith("dialect srs4;"), "show");
    EXPECT_EQ(streamOfConnectWith(""), "");
}

void showMessage() {
    const auto toldWith = [](std::string_view directive) {
        MockBackend backend;
        backend.addRule(R"({"reply":{"body":"{\"code\":1,\"msg\":\"come back at noon\"}"}})");
        const HookcastServer server(vhostWith(hooksTo(backend, directive)));
        RtmpClient client(server.port());
        client.shakeHands();
        return client.connect(requestFor(server.port(), "live")).description;
    };
    EXPECT_THAT(toldWith("show_message on;"), testing::HasSubstr("come back at noon"));
    EXPECT_THAT(toldWith(""), testing::Not(testing::HasSubstr("noon")));
}

void hooksCaFile() {
    const TempFolder folder;
    const support::CertificateAuthority authority;
    const TlsBackend backend(authority.issue("IP:127.0.0.1"));
    const auto verdictsTrusting = [&backend](std::string_view trust) {
        return verdictsWith(fmt::format("http_hooks {{ enabled on; on_connect {}; {} }}",
                                        backend.url("127.0.0.1", "/api/v1/clients"), trust));
    };
    EXPECT_EQ(verdictsTrusting(fmt::format("ca_file {};", folder.write("ca.pem", authority.pem()))), kBoth);
    EXPECT_EQ(verdictsTrusting(""), kNone);
}

} // namespace

Effects gateEffects() {
    return {
        {"vhost.security.enabled", securityEnabled},
        {"vhost.security.allow", securityAllow},
        {"vhost.security.deny", securityDeny},
        {"vhost.refer.enabled", referEnabled},
        {"vhost.refer.all", referAll},
        {"vhost.refer.publish", [] { referPublish("refer { enabled on; publish other.example; }"); }},
        {"vhost.refer_publish", [] { referPublish("refer_publish other.example;"); }},
        {"vhost.refer.play", [] { referPlay("refer { enabled on; play other.example; }"); }},
        {"vhost.refer_play", [] { referPlay("refer_play other.example;"); }},
        {"vhost.http_hooks.enabled", hooksEnabled},
        {"vhost.http_hooks.on_connect", [] { hookHears("on_connect", "clients"); }},
        {"vhost.http_hooks.on_close", [] { hookHears("on_close", "clients"); }},
        {"vhost.http_hooks.on_publish", [] { hookHears("on_publish", "streams"); }},
        {"vhost.http_hooks.on_unpublish", [] { hookHears("on_unpublish", "streams"); }},
        {"vhost.http_hooks.on_play", [] { hookHears("on_play", "sessions"); }},
        {"vhost.http_hooks.on_stop", [] { hookHears("on_stop", "sessions"); }},
        {"vhost.http_hooks.on_dvr", onDvr},
        {"vhost.http_hooks.timeout", hooksTimeout},
        {"vhost.http_hooks.dialect", dialect},
        {"vhost.http_hooks.client_id", clientId},
        {"vhost.http_hooks.show_message", showMessage},
        {"vhost.http_hooks.ca_file", hooksCaFile},
    };
}

} // namespace hookcast::integration
