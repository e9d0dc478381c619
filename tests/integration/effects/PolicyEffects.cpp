// What http_hooks and http_notify do beside asking: backends that fail, verdicts that are kept, shadows.
#include "effects/Effect.h"

#include "support/ApiClient.h"
#include "support/Configs.h"
#include "support/Deadline.h"
#include "support/FreePort.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/RtmpClient.h"
#include "support/Sessions.h"

#include <Poco/JSON/Array.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace hookcast::integration {
namespace {

constexpr const char* kHooks = "http_hooks";
constexpr const char* kNotify = "http_notify";

constexpr const char* kFails = R"({"reply":{"status":503}})";
constexpr const char* kMayBeKept =
    R"({"reply":{"status":200,)"
    R"("headers":{"Cache-Control":"max-age=600"},"body":"{\"code\":0,\"data\":{\"ttl\":600}}"}})";

/// A server that asks the mock about players, in one of the two blocks.
class Asking {
  public:
    Asking(std::string_view block, std::string_view directives)
        : server_(fmt::format("vhost __defaultVhost__ {{ {} {{ enabled on; on_play {}; {} }} }}\n", block,
                              backend.url(block == kHooks ? "/api/v1/sessions" : "/notify/play"), directives)) {}

    bool mayPlay(std::string_view stream = "show") {
        const auto client = connectClient(server_.port());
        client->createStream();
        return client->play(std::string(stream)).level == "status";
    }
    std::size_t asked() { return backend.calls().size(); }

    MockBackend backend;

  private:
    HookcastServer server_;
};

template <const char* const& block>
void onFailure() {
    Asking with(block, "on_failure play allow;");
    Asking without(block, "");
    for (Asking* asking : {&with, &without}) asking->backend.addRule(kFails);
    EXPECT_TRUE(with.mayPlay());
    EXPECT_FALSE(without.mayPlay());
}

template <const char* const& block>
void lastTtl() {
    Asking with(block, "on_failure last; last_ttl 0.001;");
    Asking without(block, "on_failure last;");
    for (Asking* asking : {&with, &without}) {
        EXPECT_TRUE(asking->mayPlay());
        asking->backend.addRule(kFails);
    }
    bool isLetIn = true;
    for (const Deadline deadline; isLetIn && !deadline.passed();) isLetIn = with.mayPlay();
    EXPECT_FALSE(isLetIn) << "when a millisecond has passed";
    EXPECT_TRUE(without.mayPlay());
}

/// How many calls three players are whose backend fails.
std::size_t callsOfThree(std::string_view block, std::string_view directives) {
    Asking asking(block, directives);
    asking.backend.addRule(kFails);
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(asking.mayPlay());
    return asking.asked();
}

template <const char* const& block>
void breakerFailures() {
    EXPECT_EQ(callsOfThree(block, "breaker_failures 1; breaker_open 3600;"), 1U);
    EXPECT_EQ(callsOfThree(block, "breaker_failures 0; breaker_open 3600;"), 3U);
}

template <const char* const& block>
void breakerOpen() {
    Asking asking(block, "breaker_failures 1; breaker_open 0.001;");
    asking.backend.addRule(kFails);
    for (const Deadline deadline; asking.asked() < 3 && !deadline.passed();) EXPECT_FALSE(asking.mayPlay());
    EXPECT_GE(asking.asked(), 3U) << "it is tried again and again";
    EXPECT_EQ(callsOfThree(block, "breaker_failures 1; breaker_open 3600;"), 1U);
}

/// How many calls players of these streams are whose verdict may be kept.
std::size_t callsFor(std::string_view block, std::string_view directives, std::initializer_list<const char*> streams) {
    Asking asking(block, directives);
    asking.backend.addRule(kMayBeKept);
    for (const char* stream : streams) EXPECT_TRUE(asking.mayPlay(stream));
    return asking.asked();
}

template <const char* const& block>
void cacheVerdicts() {
    EXPECT_EQ(callsFor(block, "cache_verdicts on;", {"a", "a", "a"}), 1U);
    EXPECT_EQ(callsFor(block, "", {"a", "a", "a"}), 3U);
}

template <const char* const& block>
void cacheSize() {
    EXPECT_EQ(callsFor(block, "cache_verdicts on; cache_size 1;", {"a", "b", "a"}), 3U);
    EXPECT_EQ(callsFor(block, "cache_verdicts on;", {"a", "b", "a"}), 2U);
}

/// Under which name one is told of who publishes `key`.
std::string nameWith(std::string_view directives) {
    MockBackend backend;
    const HookcastServer server(defaultVhost(hooksTo(backend, directives)));
    backend.addRule(R"({"match":{"action":"on_publish"},"reply":{"data":{"stream":"show"}}})");
    startPublisher(server.port(), "key");
    return backend.waitForCall("on_unpublish").text("stream");
}

void answerData() {
    EXPECT_EQ(nameWith("answer_data on;"), "show");
    EXPECT_EQ(nameWith(""), "key");
}

/// What a shadow alone hears of a publisher and a player.
void shadowHears(const std::string& event) {
    MockBackend backend;
    const std::string path = "/" + event;
    const HookcastServer server(fmt::format("vhost __defaultVhost__ {{ http_hooks {{ enabled on; shadow_{} {}; }} }}\n",
                                            event, backend.url(path)));
    backend.addRule(R"({"reply":{"status":403}})");
    const auto publisher = startPublisher(server.port(), "show");
    startPlayer(server.port(), "show");
    EXPECT_EQ(backend.waitForCall("on_" + event).path, path);
}

/// Of three publishers, whose shadow never answers.
std::size_t skippedWith(std::string_view directives) {
    MockBackend backend;
    backend.addRule(R"({"reply":{"delay_ms":600000}})");
    const FreePort port;
    const HookcastServer server(fmt::format(
        "http_api {{ enabled on; listen 127.0.0.1:{}; }} vhost __defaultVhost__ {{ http_hooks {{ enabled on; "
        "shadow_publish {}; {} }} }}\n",
        port.number(), backend.url("/shadow"), directives));
    for (int i = 0; i < 3; ++i) startPublisher(server.port(), "show" + std::to_string(i));
    const auto hooks = ApiClient(port.number()).get("/api/v1/hooks")->getArray("hooks");
    return hooks->getObject(0)->getValue<std::size_t>("shadow_skipped");
}

void shadowCalls() {
    EXPECT_EQ(skippedWith("shadow_calls 1;"), 2U);
    EXPECT_EQ(skippedWith(""), 0U);
}

} // namespace

Effects policyEffects() {
    return {
        {"vhost.http_hooks.on_failure", onFailure<kHooks>},
        {"vhost.http_hooks.last_ttl", lastTtl<kHooks>},
        {"vhost.http_hooks.breaker_failures", breakerFailures<kHooks>},
        {"vhost.http_hooks.breaker_open", breakerOpen<kHooks>},
        {"vhost.http_hooks.answer_data", answerData},
        {"vhost.http_hooks.cache_verdicts", cacheVerdicts<kHooks>},
        {"vhost.http_hooks.cache_size", cacheSize<kHooks>},
        {"vhost.http_hooks.shadow_connect", [] { shadowHears("connect"); }},
        {"vhost.http_hooks.shadow_publish", [] { shadowHears("publish"); }},
        {"vhost.http_hooks.shadow_play", [] { shadowHears("play"); }},
        {"vhost.http_hooks.shadow_calls", shadowCalls},
        {"vhost.http_notify.on_failure", onFailure<kNotify>},
        {"vhost.http_notify.last_ttl", lastTtl<kNotify>},
        {"vhost.http_notify.breaker_failures", breakerFailures<kNotify>},
        {"vhost.http_notify.breaker_open", breakerOpen<kNotify>},
        {"vhost.http_notify.cache_verdicts", cacheVerdicts<kNotify>},
        {"vhost.http_notify.cache_size", cacheSize<kNotify>},
    };
}

} // namespace hookcast::integration
