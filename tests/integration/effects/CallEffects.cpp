// How http_hooks, http_notify, webhook and heartbeat call their URLs, and what they are told while somebody is there.
#include "effects/Effect.h"

#include "shared/CertificateAuthority.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/Sessions.h"
#include "support/TempFolder.h"
#include "support/TestFrames.h"
#include "support/TlsBackend.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>
#include <string_view>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;
using testing::Not;

enum class Block { Hooks, Notify, Webhook, Heartbeat };

/// Whether it calls without a client.
constexpr bool callsByItself(Block block) {
    return block == Block::Webhook || block == Block::Heartbeat;
}

/// A configuration whose block calls `url` when a client connects, or when the server begins.
std::string configOf(Block block, const std::string& url, std::string_view directives) {
    if (block == Block::Heartbeat)
        return fmt::format("heartbeat {{ enabled on; url {}; {} }}\nvhost __defaultVhost__ {{ }}\n", url, directives);
    if (block == Block::Webhook)
        return fmt::format("webhook {{ url {}; {} }}\nvhost __defaultVhost__ {{ }}\n", url, directives);
    return fmt::format("vhost __defaultVhost__ {{ {} {{ enabled on; on_connect {}; {} }} }}\n",
                       block == Block::Hooks ? "http_hooks" : "http_notify", url, directives);
}

const char* pathOf(Block block) {
    switch (block) {
    case Block::Hooks: return "/api/v1/clients";
    case Block::Notify: return "/notify/connect";
    case Block::Webhook: return "/event/";
    default: return "/api/v1/servers";
    }
}

HookCall heardWith(Block block, std::string_view directives) {
    MockBackend backend;
    const HookcastServer server(configOf(block, backend.url(pathOf(block)), directives));
    if (!callsByItself(block)) connectClient(server.port());
    return backend.waitFor("a call", [](const HookCalls& calls) { return !calls.empty(); }).front();
}

std::string headerOf(const HookCall& call, const std::string& name) {
    const auto found = call.headers.find(name);
    return found == call.headers.end() ? "none" : found->second;
}

template <Block block>
void secret() {
    constexpr const char* kName = "webhook-signature";
    const HookCall isSigned = heardWith(block, "secret whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw;");
    EXPECT_THAT(headerOf(isSigned, kName), testing::MatchesRegex("v1,[A-Za-z0-9+/]{43}="));
    EXPECT_NE(headerOf(isSigned, "webhook-timestamp"), "none");
    const HookCall unsignedOne = heardWith(block, "");
    EXPECT_EQ(headerOf(unsignedOne, kName), "none");
    for (const HookCall& call : {isSigned, unsignedOne}) EXPECT_NE(headerOf(call, "webhook-id"), "none");
}

template <Block block>
void header() {
    EXPECT_EQ(headerOf(heardWith(block, "header X-Site north; header Authorization 'Bearer x';"), "authorization"),
              "Bearer x");
    EXPECT_EQ(headerOf(heardWith(block, ""), "authorization"), "none");
}

template <Block block>
void userAgent() {
    EXPECT_EQ(headerOf(heardWith(block, "user_agent me/1;"), "user-agent"), "me/1");
    EXPECT_EQ(headerOf(heardWith(block, ""), "user-agent"), "hookcast");
}

template <Block block>
void eventId() {
    EXPECT_THAT(heardWith(block, "").rawBody, HasSubstr("\"event_id\":\""));
    EXPECT_THAT(heardWith(block, "event_id off;").rawBody, Not(HasSubstr("event_id")));
}

/// Somebody whom the server asks about, where it does not call by itself.
template <Block block>
void comeTo(const HookcastServer& server) {
    if (callsByItself(block)) return;
    RtmpClient client(server.port());
    client.shakeHands();
    client.connect(requestFor(server.port(), "live"));
}

/// What the log says of a backend that is not reached.
template <Block block>
constexpr const char* kNotReached = block == Block::Heartbeat ? "not heard"
                                    : block == Block::Webhook ? "events are not taken"
                                                              : "refused: ";

/// With a certificate of its own the server reaches a backend that asks for one; without, it does not.
template <Block block>
void certificate() {
    const TempFolder folder;
    const support::CertificateAuthority authority;
    const support::Certificate own = authority.issue("DNS:hookcast");
    TlsBackend backend(authority.issue("IP:127.0.0.1"), authority.pem());
    const std::string url = backend.url("127.0.0.1", pathOf(block));
    const std::string trust = fmt::format("ca_file {};", folder.write("ca.pem", authority.pem()));
    {
        const HookcastServer nameless(configOf(block, url, trust));
        comeTo<block>(nameless);
        nameless.waitForLog(kNotReached<block>);
    }
    EXPECT_EQ(backend.requests(), 0U);
    const HookcastServer named(
        configOf(block, url,
                 trust + fmt::format("cert_file {}; key_file {};", folder.write("own.pem", own.chainPem),
                                     folder.write("own.key", own.keyPem))));
    comeTo<block>(named);
    backend.waitForBody(1);
}

/// A backend whose certificate nobody has heard of is reached, and else is not.
template <Block block>
void insecure() {
    TlsBackend backend(support::CertificateAuthority().issue("DNS:nobody.example"));
    const std::string url = backend.url("127.0.0.1", pathOf(block));
    {
        const HookcastServer careful(configOf(block, url, ""));
        comeTo<block>(careful);
        careful.waitForLog(kNotReached<block>);
    }
    EXPECT_EQ(backend.requests(), 0U);
    const HookcastServer careless(configOf(block, url, "insecure on;"));
    comeTo<block>(careless);
    backend.waitForBody(1);
}

/// A publisher that stays until a backend that is told of updates every 0.1 s has heard of three.
std::size_t updatesHeardWith(std::string_view block, std::string_view path, const std::string& action,
                             std::string_view directives) {
    MockBackend often;
    MockBackend backend;
    const auto config = [&](const MockBackend& its, std::string_view more) {
        return fmt::format("vhost __defaultVhost__ {{ {} {{ enabled on; on_update {}; {} }} }}\n", block, its.url(path),
                           more);
    };
    const HookcastServer usual(config(backend, directives));
    const HookcastServer other(config(often, "update_interval 0.1;"));
    const auto usualPublisher = startPublisher(usual.port(), "show");
    const auto publisher = startPublisher(other.port(), "show");
    often.waitForCall(action, 3);
    return withAction(backend.calls(), action).size();
}

void hooksOnUpdate() {
    MockBackend backend;
    const HookcastServer server(fmt::format("vhost __defaultVhost__ {{ http_hooks {{ enabled on; on_update {}; "
                                            "update_interval 0.1; }} }}\n",
                                            backend.url("/api/v1/updates?only=this")));
    const auto publisher = startPublisher(server.port(), "show");
    publisher->send(avcKeyframe(0));
    EXPECT_EQ(backend.waitForCall("on_update").query, "only=this");
    EXPECT_EQ(backend.waitForCall("on_update", 2).text("for"), "publish");
}

void notifyOnUpdate() {
    MockBackend backend;
    const HookcastServer server(fmt::format("vhost __defaultVhost__ {{ http_notify {{ enabled on; on_update {}; "
                                            "update_interval 0.1; }} }}\n",
                                            backend.url("/notify/update?only=this")));
    const auto publisher = startPublisher(server.port(), "show");
    EXPECT_EQ(backend.waitForCall("notify update", 2).query, "only=this");
}

void hooksUpdateInterval() {
    EXPECT_EQ(updatesHeardWith("http_hooks", "/api/v1/updates", "on_update", "update_interval 600;"), 0U);
}

void notifyUpdateInterval() {
    EXPECT_EQ(updatesHeardWith("http_notify", "/notify/update", "notify update", "update_interval 600;"), 0U);
}

} // namespace

Effects callEffects() {
    return {
        {"vhost.http_hooks.secret", secret<Block::Hooks>},
        {"vhost.http_hooks.header", header<Block::Hooks>},
        {"vhost.http_hooks.user_agent", userAgent<Block::Hooks>},
        {"vhost.http_hooks.event_id", eventId<Block::Hooks>},
        {"vhost.http_hooks.cert_file", certificate<Block::Hooks>},
        {"vhost.http_hooks.insecure", insecure<Block::Hooks>},
        {"vhost.http_hooks.key_file", certificate<Block::Hooks>},
        {"vhost.http_hooks.on_update", hooksOnUpdate},
        {"vhost.http_hooks.update_interval", hooksUpdateInterval},
        {"vhost.http_notify.secret", secret<Block::Notify>},
        {"vhost.http_notify.header", header<Block::Notify>},
        {"vhost.http_notify.user_agent", userAgent<Block::Notify>},
        {"vhost.http_notify.cert_file", certificate<Block::Notify>},
        {"vhost.http_notify.insecure", insecure<Block::Notify>},
        {"vhost.http_notify.key_file", certificate<Block::Notify>},
        {"vhost.http_notify.on_update", notifyOnUpdate},
        {"vhost.http_notify.update_interval", notifyUpdateInterval},
        {"webhook.secret", secret<Block::Webhook>},
        {"webhook.header", header<Block::Webhook>},
        {"webhook.user_agent", userAgent<Block::Webhook>},
        {"webhook.event_id", eventId<Block::Webhook>},
        {"webhook.cert_file", certificate<Block::Webhook>},
        {"webhook.insecure", insecure<Block::Webhook>},
        {"webhook.key_file", certificate<Block::Webhook>},
        {"heartbeat.secret", secret<Block::Heartbeat>},
        {"heartbeat.header", header<Block::Heartbeat>},
        {"heartbeat.user_agent", userAgent<Block::Heartbeat>},
        {"heartbeat.ca_file", certificate<Block::Heartbeat>},
        {"heartbeat.cert_file", certificate<Block::Heartbeat>},
        {"heartbeat.insecure", insecure<Block::Heartbeat>},
        {"heartbeat.key_file", certificate<Block::Heartbeat>},
    };
}

} // namespace hookcast::integration
