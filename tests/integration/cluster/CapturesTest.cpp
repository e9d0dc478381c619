// Nodes that share cameras by a real Redis: each node is a process, and so is the camera, whose backend hears of every
// reader.
#include "cluster/ClusterTest.h"

#include "support/Configs.h"
#include "support/HookCall.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/RedisProcess.h"
#include "support/Sessions.h"
#include "support/TestMedia.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <csignal>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;

constexpr const char* kPublishes = "publishes __defaultVhost__/live/cam-primary";

/// The `data` of the newest of them.
std::string dataOf(const SentEvents& events) {
    std::ostringstream text;
    events.back().event->getObject("data")->stringify(text);
    return text.str();
}

class ClusterCaptures : public testing::Test {
  protected:
    std::string configOf(const std::string& node, const std::string& captures) const {
        return fmt::format("cluster_redis {{ enabled on; url {}; node {}; lease 2; }}\n{}{}", redis_.url(), node,
                           webhookTo(events_), defaultVhost(captures));
    }

    std::unique_ptr<HookcastServer> startNode(const std::string& name, const std::string& captures) const {
        return std::make_unique<HookcastServer>(configOf(name, captures));
    }

    std::string capture(const std::string& home, const std::string& source) const {
        return fmt::format("capture cam {{ source {}; {} }}\n", source, home.empty() ? "" : "home " + home + ";");
    }

    MockBackend events_;
    RedisProcess redis_;
};

TEST_F(ClusterCaptures, ADeadNodesCameraIsTakenAndGivenBack) {
    Camera camera;
    const std::string captures = capture("a", camera.url());
    auto a = startNode("a", captures);
    const auto b = startNode("b", captures);
    a->waitForLog(kPublishes);
    a->signal(SIGKILL);
    b->waitForLog(kPublishes);
    const SentEvents taken = named(events_.waitForEvents("server:capture"), "server:capture");
    EXPECT_EQ(dataOf(taken), R"({"a":["cam-primary"]})");
    EXPECT_EQ(camera.mostReaders(), 1U);
    a = startNode("a", captures);
    a->waitForLog(kPublishes);
    const SentEvents released = named(events_.waitForEvents("server:release"), "server:release");
    EXPECT_EQ(dataOf(released), R"({"a":["cam-primary"]})");
    b->waitForLog("capture cam-primary] ended: not this node's any more");
    EXPECT_EQ(named(events_.events(), "server:capture").size(), 1U);
    EXPECT_LE(camera.mostReaders(), 2U) << "both read only while it comes home";
}

TEST_F(ClusterCaptures, WhoSleptTooLongIsFenced) {
    Camera camera;
    const std::string captures = capture("", camera.url());
    const auto a = startNode("a", captures);
    a->waitForLog(kPublishes);
    const auto b = startNode("b", captures);
    a->signal(SIGSTOP);
    b->waitForLog(kPublishes);
    a->signal(SIGCONT);
    a->waitForLog("another node has taken __defaultVhost__/live/cam-primary");
    a->waitForLog("capture cam-primary] ended: not this node's any more");
}

TEST_F(ClusterCaptures, WhoLeavesIsFollowedAtOnceAndNobodyReadsTwice) {
    Camera camera;
    const std::string captures = capture("", camera.url());
    const auto a = startNode("a", captures);
    a->waitForLog(kPublishes);
    const auto b = startNode("b", captures);
    a->stop();
    b->waitForLog("takes over from node a, which is gone: __defaultVhost__/live/cam-primary");
    b->waitForLog(kPublishes);
    EXPECT_EQ(camera.mostReaders(), 1U);
}

TEST_F(ClusterCaptures, WithoutRedisPublishersStayAndCapturesComeBackWithIt) {
    Camera camera;
    const auto a = startNode("a", capture("a", camera.url()));
    a->waitForLog(kPublishes);
    const auto publisher = startPublisher(a->port(), "own");
    redis_.stop();
    a->waitForLog("Redis does not answer");
    a->waitForLog("capture cam-primary] ended: not this node's any more");
    publisher->sync();
    const auto second = startPublisher(a->port(), "another");
    redis_.start();
    a->waitForLog("Redis answers again");
    a->waitForLog(kPublishes, 2);
    publisher->sync();
    EXPECT_EQ(named(events_.waitForEvents("service:emergency"), "service:emergency").size(), 1U);
}

TEST_F(ClusterCaptures, TheSecondOfANameDoesNotStart) {
    const auto a = startNode("a", "");
    try {
        startNode("a", "");
        FAIL() << "it has started";
    } catch (const std::runtime_error& e) {
        EXPECT_THAT(e.what(), HasSubstr("another process is node a of the cluster"));
    }
}

TEST_F(ClusterCaptures, WhatIsNotOursUnderOurKeysEndsNothingElse) {
    redis_.command({"SET", "{hookcast}:fields", "somebody else's"});
    const auto a = startNode("a", "");
    EXPECT_THAT(a->waitForLog("Redis does not answer"), HasSubstr("WRONGTYPE"));
    startPublisher(a->port(), "own")->sync();
    redis_.command({"DEL", "{hookcast}:fields"});
    a->waitForLog("joined as node a");
}

TEST_F(ClusterCaptures, AreSpreadOverTheLiving) {
    std::string captures;
    for (int i = 0; i < 20; ++i) captures += fmt::format("capture cam{} {{ source {}; home a; }}\n", i, h264AacClip());
    const auto a = startNode("a", captures);
    const auto b = startNode("b", captures);
    const auto c = startNode("c", captures);
    a->waitForLog("publishes __defaultVhost__/live/cam", 20);
    a->signal(SIGKILL);
    b->waitForLog("publishes __defaultVhost__/live/cam", 9);
    c->waitForLog("publishes __defaultVhost__/live/cam", 9);
}

} // namespace
} // namespace hookcast::integration
