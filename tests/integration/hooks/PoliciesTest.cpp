// Backends that fail, verdicts that are kept, second opinions: with a real server and backends that are killed.
#include "support/ApiClient.h"
#include "support/FreePort.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/RtmpClient.h"
#include "support/Sessions.h"

#include <Poco/JSON/Array.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;
using Json = ApiClient::Json;

constexpr const char* kPath = "/api/v1/sessions";

class Policies : public testing::Test {
  protected:
    void start(std::string_view directives) { server_ = std::make_unique<HookcastServer>(configOf(directives)); }

    std::string configOf(std::string_view directives) const {
        return fmt::format("http_api {{ enabled on; listen 127.0.0.1:{}; }}\n"
                           "vhost __defaultVhost__ {{ http_hooks {{ enabled on; on_play {}; on_stop {}; {} }} }}\n",
                           port_.number(), backend_.url(kPath), backend_.url(kPath), directives);
    }

    /// Null: it is refused.
    std::unique_ptr<RtmpClient> play(std::string_view stream) {
        auto client = connectClient(server_->port());
        client->createStream();
        if (client->play(std::string(stream)).level != "status") return nullptr;
        return client;
    }

    std::size_t count(const std::string& action) { return withAction(backend_.calls(), action).size(); }

    Json figures() { return api_.get("/api/v1/hooks")->getArray("hooks")->getObject(0); }

    /// Lets `count` viewers, each with a token of its own, play, and leave.
    void showTo(int viewers, std::size_t stopsBefore) {
        std::vector<std::unique_ptr<RtmpClient>> all;
        for (int i = 0; i < viewers; ++i) {
            all.push_back(play("show?token=" + std::to_string(i)));
            ASSERT_NE(all.back(), nullptr) << i;
        }
        all.clear();
        backend_.waitForCall("on_stop", stopsBefore + static_cast<std::size_t>(viewers));
    }

    FreePort port_;
    ApiClient api_{port_.number()};
    MockBackend backend_;
    std::unique_ptr<HookcastServer> server_;
};

constexpr const char* kMayBeKept =
    R"({"match":{"action":"on_play"},"reply":{"body":"{\"code\":0,\"data\":{\"ttl\":600}}"}})";

TEST_F(Policies, ViewersWhoComeBackAskOnceForEachToken) {
    constexpr int kViewers = 200;
    backend_.addRule(kMayBeKept);
    start("cache_verdicts on;");
    for (const std::size_t round : {0U, 1U, 2U}) showTo(kViewers, round * kViewers);
    EXPECT_EQ(count("on_play"), 200U);
    EXPECT_EQ(count("on_stop"), 600U) << "each end is owed";
    EXPECT_EQ(figures()->getValue<int>("kept_verdicts"), 400);
}

TEST_F(Policies, AKickForgets) {
    backend_.addRule(kMayBeKept);
    start("cache_verdicts on;");
    const auto client = play("show?token=1");
    ASSERT_NE(client, nullptr);
    ASSERT_NE(play("show?token=1"), nullptr);
    EXPECT_EQ(count("on_play"), 1U);
    const Json clients =
        api_.waitFor("/api/v1/clients", [](const Json& json) { return json->getArray("clients")->size() == 1; });
    api_.json("DELETE", "/api/v1/clients/" + clients->getArray("clients")->getObject(0)->getValue<std::string>("id"));
    backend_.waitForCall("on_stop", 2);
    backend_.removeRules();
    backend_.addRule(R"({"match":{"action":"on_play"},"reply":{"status":403}})");
    EXPECT_EQ(play("show?token=1"), nullptr);
}

TEST_F(Policies, TheControlInterfaceForgetsWhatIsMeant) {
    backend_.addRule(kMayBeKept);
    start("cache_verdicts on;");
    const auto forgets = [this](const std::string& query) {
        for (const char* stream : {"one?token=1", "one?token=2", "two?token=1"}) EXPECT_NE(play(stream), nullptr);
        return api_.json("DELETE", "/api/v1/verdicts" + query)->getValue<int>("forgotten");
    };
    EXPECT_EQ(forgets("?stream=live/one"), 2);
    EXPECT_EQ(forgets("?stream=live/none"), 0);
    EXPECT_EQ(forgets("?stream=live/two&ip=127.0.0.1&vhost=__defaultVhost__"), 1);
    EXPECT_EQ(forgets("?ip=127.0.0.2"), 0);
    EXPECT_EQ(forgets("?vhost=other.example"), 0);
    EXPECT_EQ(forgets(""), 3);
    EXPECT_EQ(api_.json("DELETE", "/api/v1/verdicts?stream=nothing")->getValue<int>("code"), 2048);
    EXPECT_EQ(api_.ask("GET", "/api/v1/verdicts").status, 405);
}

TEST_F(Policies, AReloadThatChangesTheHooksForgets) {
    backend_.addRule(kMayBeKept);
    start("cache_verdicts on;");
    EXPECT_NE(play("show"), nullptr);
    server_->reload(configOf("cache_verdicts on; ") + "vhost other.example { }\n");
    EXPECT_NE(play("show"), nullptr);
    EXPECT_EQ(count("on_play"), 1U) << "it has changed another vhost";
    server_->reload(configOf("cache_verdicts on; timeout 29;"));
    EXPECT_NE(play("show"), nullptr);
    EXPECT_EQ(count("on_play"), 2U);
}

TEST_F(Policies, WhoWasLetInComesBackWhileTheBackendIsDead) {
    start("on_failure play last;");
    ASSERT_NE(play("show?token=1"), nullptr);
    backend_.waitForCall("on_stop");
    backend_.kill();
    EXPECT_EQ(play("show?token=2"), nullptr) << "nobody has said yes to this one";
    const auto client = play("show?token=1");
    ASSERT_NE(client, nullptr);
    EXPECT_THAT(server_->waitForLog("verdict=admitted_on_failure"), HasSubstr("no connection"));
    EXPECT_EQ(figures()->getValue<int>("admitted_on_failure"), 1);
    EXPECT_THAT(api_.ask("GET", "/metrics").body,
                HasSubstr("hook_admitted_on_failure_total{url=\"" + backend_.url(kPath) + "\"} 1"));
}

TEST_F(Policies, ABreakerOpensOverADeadBackendAndOneThatIsBackIsAskedAgain) {
    start("on_failure allow; breaker_failures 3; breaker_open 0.2;");
    backend_.kill();
    for (int i = 0; i < 3; ++i) ASSERT_NE(play("show"), nullptr);
    server_->waitForLog("has failed 3 times in a row");
    EXPECT_NE(figures()->getValue<std::string>("breaker"), "closed");
    backend_.restart();
    while (count("on_play") == 0) ASSERT_NE(play("show"), nullptr) << "whether it is asked or not";
    server_->waitForLog("answers again");
    EXPECT_EQ(figures()->getValue<std::string>("breaker"), "closed");
    EXPECT_EQ(figures()->getValue<int>("breaker_opened"), 1);
}

TEST_F(Policies, AShadowIsNotObeyed) {
    MockBackend shadow;
    shadow.addRule(R"({"reply":{"status":403}})");
    start(fmt::format("shadow_play {};", shadow.url("/shadow")));
    const auto client = play("show");
    ASSERT_NE(client, nullptr);
    EXPECT_THAT(server_->waitForLog("shadow of on_play disagrees"),
                HasSubstr("shadow_verdict=refused verdict=admitted"));
    shadow.kill();
    EXPECT_NE(play("show"), nullptr);
}

} // namespace
} // namespace hookcast::integration
