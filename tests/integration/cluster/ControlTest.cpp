// What the control interface of one node knows of the others, and ends there.
#include "support/ApiClient.h"
#include "support/Configs.h"
#include "support/Deadline.h"
#include "support/FreePort.h"
#include "support/HookCall.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/OpenApi.h"
#include "support/PrometheusText.h"
#include "support/RedisProcess.h"
#include "support/Sessions.h"

#include <Poco/JSON/Array.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <csignal>
#include <memory>
#include <string>

namespace hookcast::integration {
namespace {

using Json = ApiClient::Json;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kPage = "/api/v1/clusters";
constexpr const char* kByName = "/api/v1/streams?stream=live/show";

Json clusterIn(const Json& answer) {
    return answer->getObject("data")->getObject("cluster");
}

/// In one of its lists, by the member `name`.
Json itemOf(const Json& cluster, const std::string& list, const std::string& name, const std::string& value) {
    const auto items = cluster->getArray(list);
    for (unsigned i = 0; i < items->size(); ++i)
        if (const Json item = items->getObject(i); item->getValue<std::string>(name) == value) return item;
    return {};
}

/// Two nodes, a with a control interface, which b's publishers know nothing of.
class ClusterControl : public testing::Test {
  protected:
    std::unique_ptr<HookcastServer> startNode(const std::string& name, const std::string& more,
                                              const std::string& vhost = "", const std::string& hooks = "") const {
        return std::make_unique<HookcastServer>(
            fmt::format("cluster_redis {{ enabled on; url {}; node {}; lease 10; name studio; }}\n{}{}", redis_.url(),
                        name, more, defaultVhost(hooksTo(backend_, hooks) + vhost)));
    }

    Json waitForStream(const std::string& state = "live") const {
        return api_.waitFor(kPage, [&state](const Json& json) {
            const Json stream = itemOf(clusterIn(json), "streams", "stream", "__defaultVhost__/live/show");
            return !stream.isNull() && stream->getValue<std::string>("state") == state;
        });
    }

    int codeOf(const std::string& method, const std::string& target) const {
        return api_.json(method, target)->getValue<int>("code");
    }

    MockBackend backend_;
    RedisProcess redis_;
    FreePort port_;
    ApiClient api_{port_.number()};
    std::unique_ptr<HookcastServer> a_ =
        startNode("a", fmt::format("http_api {{ enabled on; listen 127.0.0.1:{}; }}\n", port_.number()),
                  fmt::format("capture door {{ source rtmp://127.0.0.1:{}/x/y; home a; }}\n", FreePort().number()));
    std::unique_ptr<HookcastServer> b_ = startNode("b", "");
};

/// Whoever is sent away from elsewhere does not come back by what his backend has let be kept.
TEST_F(ClusterControl, AKickFromAnotherNodeForgetsVerdicts) {
    const auto node = startNode("c", "", "", "cache_verdicts on;");
    backend_.addRule(R"({"match":{"action":"on_publish"},"reply":{"data":{"ttl":600}}})");
    const auto publisher = startPublisher(node->port(), "show");
    waitForStream();
    EXPECT_EQ(api_.json("DELETE", kByName)->getValue<std::string>("node"), "c");
    node->waitForLog("closed: kicked by the control interface");
    backend_.removeRules();
    backend_.addRule(R"({"match":{"action":"on_publish"},"reply":{"status":403}})");
    const auto again = connectClient(node->port());
    again->createStream();
    EXPECT_EQ(again->publish("show").code, "NetStream.Publish.Denied");
}

TEST_F(ClusterControl, TellsWhatANodeKnowsOfTheOthers) {
    const auto publisher = startPublisher(b_->port(), "show");
    const Json answer = waitForStream();
    EXPECT_THAT(OpenApi(HOOKCAST_SOURCE_DIR "/trunk/doc/openapi.json").misfits(kPage, answer), IsEmpty());
    const Json cluster = clusterIn(answer);
    EXPECT_EQ(cluster->getValue<std::string>("name"), "studio");
    EXPECT_EQ(cluster->getValue<std::string>("node"), "a");
    EXPECT_TRUE(cluster->getObject("redis")->getValue<bool>("up"));
    EXPECT_GT(cluster->getObject("lease")->getValue<int>("ends_in_ms"), 0);
    for (const char* name : {"a", "b"}) {
        const Json node = itemOf(cluster, "nodes", "name", name);
        ASSERT_FALSE(node.isNull()) << name;
        EXPECT_TRUE(node->getValue<bool>("alive"));
        EXPECT_LT(node->getValue<int>("heard_ms_ago"), 10'000);
    }
    const Json stream = itemOf(cluster, "streams", "stream", "__defaultVhost__/live/show");
    EXPECT_EQ(stream->getValue<std::string>("node"), "b");
    EXPECT_GT(stream->getValue<std::int64_t>("since_ms"), 0);
    api_.waitFor(kPage, [](const Json& json) {
        const Json capture = itemOf(clusterIn(json), "captures", "stream", "__defaultVhost__/live/door-primary");
        return !capture.isNull() && capture->getValue<std::string>("node") == "a";
    });
    EXPECT_EQ(clusterIn(api_.get(std::string(kPage) + "?start=1&count=1"))->getArray("nodes")->size(), 1U);
    EXPECT_FALSE(api_.get(std::string(kPage) + "?vhost=v&stream=show")->getObject("data")->has("cluster"));
    redis_.stop();
    const Json away = api_.waitFor(
        kPage, [](const Json& json) { return !clusterIn(json)->getObject("redis")->getValue<bool>("up"); });
    EXPECT_EQ(clusterIn(away)->getArray("streams")->size(), 1U) << "what was known last";
    publisher->sync();
}

TEST_F(ClusterControl, HasFiguresOfTheCluster) {
    const auto publisher = startPublisher(a_->port(), "show");
    waitForStream();
    const Deadline deadline;
    const auto has = [&](const std::string& line) {
        for (std::string text; text.find("\n" + line + "\n") == std::string::npos;) {
            ASSERT_FALSE(deadline.passed()) << line << "\n" << text;
            text = api_.ask("GET", "/metrics").body;
            EXPECT_THAT(PrometheusText(text).faults, IsEmpty());
        }
    };
    for (const char* line : {"hookcast_cluster_redis_up 1", "hookcast_cluster_nodes 2", "hookcast_cluster_captures 1",
                             "hookcast_cluster_names 1", "hookcast_cluster_streams 1", "hookcast_cluster_pulls 0",
                             "hookcast_cluster_failures_total 0"})
        has(line);
}

TEST_F(ClusterControl, EndsAStreamOnTheNodeThatPublishesIt) {
    const auto publisher = startPublisher(b_->port(), "show");
    waitForStream();
    EXPECT_EQ(codeOf("DELETE", std::string(kByName) + "&type=play"), 2048) << "nobody plays it here";
    EXPECT_EQ(codeOf("DELETE", std::string(kByName) + "&vhost=other"), 2048);
    publisher->sync();
    const Json answer = api_.json("DELETE", kByName);
    EXPECT_EQ(answer->getValue<int>("code"), 0);
    EXPECT_EQ(answer->getValue<std::string>("node"), "b");
    EXPECT_EQ(answer->getValue<int>("kicked"), 0);
    publisher->expectClosed();
    b_->waitForLog("closed: kicked by the control interface");
    backend_.waitForCall("on_unpublish");
    api_.waitFor(kPage, [](const Json& json) { return clusterIn(json)->getArray("streams")->size() == 0; });
    EXPECT_EQ(codeOf("DELETE", kByName), 2048);
    const auto again = startPublisher(b_->port(), "show");
    waitForStream();
    again->sync();
}

TEST_F(ClusterControl, SaysThatANodeDoesNotAnswer) {
    const auto publisher = startPublisher(b_->port(), "show");
    waitForStream();
    b_->signal(SIGSTOP);
    const Json answer = api_.json("DELETE", kByName);
    EXPECT_EQ(answer->getValue<int>("code"), 9001);
    EXPECT_EQ(answer->getValue<std::string>("node"), "b");
    b_->signal(SIGCONT);
    publisher->sync();
}

TEST_F(ClusterControl, EndsAStreamOfItsOwnByItsName) {
    const auto publisher = startPublisher(a_->port(), "show");
    const auto player = startPlayer(a_->port(), "show");
    waitForStream();
    EXPECT_EQ(api_.json("DELETE", kByName)->getValue<int>("kicked"), 2);
    publisher->expectClosed();
    player->expectClosed();
}

} // namespace
} // namespace hookcast::integration
