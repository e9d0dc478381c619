// Names of streams that the nodes of a cluster share: whoever publishes on one of them has the name on all.
#include "support/Configs.h"
#include "support/Deadline.h"
#include "support/HookCall.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/RedisProcess.h"
#include "support/Sessions.h"
#include "support/TestFrames.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <csignal>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;

constexpr const char* kFields = "{hookcast}:fields";

class ClusterNames : public testing::Test {
  protected:
    std::unique_ptr<HookcastServer> startNode(const std::string& name, const std::string& vhost = "") const {
        auto node = std::make_unique<HookcastServer>(fmt::format(
            "cluster_redis {{ enabled on; url {}; node {}; lease 2; }}\n{}", redis_.url(), name, defaultVhost(vhost)));
        node->waitForLog("joined as node " + name);
        return node;
    }

    static std::unique_ptr<RtmpClient> publishOn(const HookcastServer& node) {
        auto publisher = startPublisher(node.port(), "show");
        publisher->send(avcKeyframe(0));
        publisher->sync();
        return publisher;
    }

    static std::string statusOn(const HookcastServer& node) {
        const auto client = connectClient(node.port());
        client->createStream();
        return client->publish("show").code;
    }

    static std::unique_ptr<RtmpClient> askToPublish(const HookcastServer& node) {
        auto client = connectClient(node.port());
        client->createStream();
        client->sendCommand("publish", 7, {rtmp::Amf::null(), rtmp::Amf::string("show"), rtmp::Amf::string("live")}, 1);
        return client;
    }

    /// What is written of the name; empty: nothing.
    std::string record() const { return redis_.command({"HGET", kFields, "stream/__defaultVhost__/live/show"}); }

    void waitForRecord(const std::function<bool(const std::string&)>& isWanted) const {
        const Deadline deadline;
        while (!isWanted(record()))
            if (deadline.passed()) throw std::runtime_error("the name stays " + record());
    }

    void waitForRecord(const char* owner, const char* state) const {
        waitForRecord([&](const std::string& text) { return text.starts_with(owner) && text.ends_with(state); });
    }

    void waitForNoRecord() const {
        waitForRecord([](const std::string& text) { return text == "\n"; });
    }

    RedisProcess redis_;
};

TEST_F(ClusterNames, WhatIsPublishedOnOneNodeIsBusyOnTheOther) {
    MockBackend backend;
    const auto a = startNode("a");
    const auto b = startNode("b", hooksTo(backend));
    auto publisher = publishOn(*a);
    EXPECT_EQ(statusOn(*b), "NetStream.Publish.BadName");
    EXPECT_THAT(b->waitForLog("] refused: "), testing::AllOf(HasSubstr("cause=busy"), HasSubstr("already, on node a")));
    EXPECT_EQ(withAction(backend.calls(), "on_publish").size(), 0U) << "no backend is asked about what is taken";
    publisher.reset();
    a->waitForLog("closed:");
    waitForNoRecord();
    publishOn(*b)->sync();
}

TEST_F(ClusterNames, WhileAnotherNodesBackendThinksAClientWaitsForItsTurn) {
    MockBackend backend;
    backend.addRule(R"({"match":{"action":"on_publish"},"reply":{"delay_ms":600000},"times":1})");
    const auto a = startNode("a", hooksTo(backend));
    const auto b = startNode("b", hooksTo(backend));
    const auto first = askToPublish(*a);
    backend.waitForCall("on_publish");
    waitForRecord("a ", " asked\n");
    const auto second = askToPublish(*b);
    connectClient(b->port())->sync();
    EXPECT_EQ(withAction(backend.calls(), "on_publish").size(), 1U) << "it waits for the verdict on the first";
    first->tcp().reset();
    EXPECT_EQ(second->expectStatus().code, "NetStream.Publish.Start");
    waitForRecord("b ", " live\n");
}

TEST_F(ClusterNames, TakeoverMovesTheNameFromNodeToNode) {
    const auto a = startNode("a", "publish { takeover on; }");
    const auto b = startNode("b", "publish { takeover on; }");
    const auto first = publishOn(*a);
    const auto second = publishOn(*b);
    first->expectClosed();
    a->waitForLog("__defaultVhost__/live/show ends here: node b has this stream now");
    waitForRecord("b ", " live\n");
    second->sync();
}

TEST_F(ClusterNames, WhoSleptTooLongHasLostWhatAnotherHasTaken) {
    const auto a = startNode("a");
    const auto b = startNode("b");
    const auto first = publishOn(*a);
    a->signal(SIGSTOP);
    waitForNoRecord(); // what the dead have left behind is taken away
    const auto second = publishOn(*b);
    a->signal(SIGCONT);
    first->expectClosed();
    a->waitForLog("node b has this stream now");
    second->sync();
}

TEST_F(ClusterNames, WithoutRedisNamesAreTakenAndTheOlderOneStays) {
    const auto a = startNode("a");
    const auto b = startNode("b");
    redis_.stop();
    for (const auto* node : {a.get(), b.get()}) node->waitForLog("Redis does not answer");
    const auto older = publishOn(*a);
    a->waitForLog("__defaultVhost__/live/show is taken unchecked");
    const auto younger = publishOn(*b);
    redis_.start();
    younger->expectClosed();
    b->waitForLog("node a has had this stream for longer");
    older->sync();
    waitForRecord("a ", " live\n");
}

TEST_F(ClusterNames, WhoIsStoppedGivesItsNamesBackAtOnce) {
    const auto a = startNode("a");
    const auto b = startNode("b");
    const auto first = publishOn(*a);
    a->stop();
    publishOn(*b)->sync();
}

/// Names that are gone are kept for those who ask later, but so many only; who has heard of none of them hears all.
TEST_F(ClusterNames, WhatIsGoneIsForgottenInTheEnd) {
    const auto a = startNode("a");
    const auto b = startNode("b");
    const std::string history = redis_.command({"HGET", kFields, "@history"});
    b->signal(SIGSTOP);
    redis_.command({"EVAL",
                    "for i = 1, 20000 do"
                    "  local revision = redis.call('HINCRBY', KEYS[1], '@revision', 1) "
                    "  redis.call('ZADD', KEYS[2], revision, 'stream/v/gone/' .. i) "
                    "  redis.call('ZADD', KEYS[3], revision, 'stream/v/gone/' .. i) "
                    "end",
                    "3", kFields, "{hookcast}:revisions", "{hookcast}:gone"});
    publishOn(*a).reset();
    a->waitForLog("closed:");
    waitForNoRecord();
    EXPECT_LE(std::stoul(redis_.command({"ZCARD", "{hookcast}:gone"})), 10'001U);
    b->signal(SIGCONT);
    const auto publisher = publishOn(*a);
    EXPECT_EQ(statusOn(*b), "NetStream.Publish.BadName");
    EXPECT_EQ(redis_.command({"HGET", kFields, "@history"}), history) << "nobody has begun anew";
    publisher->sync();
}

} // namespace
} // namespace hookcast::integration
