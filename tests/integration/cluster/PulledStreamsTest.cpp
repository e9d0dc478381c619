// Streams that are played on another node than they are published on, with real nodes and a real Redis.
#include "cluster/ClusterTest.h"

#include "support/Configs.h"
#include "support/Deadline.h"
#include "support/FfmpegRun.h"
#include "support/HlsClient.h"
#include "support/HookCall.h"
#include "support/HttpClient.h"
#include "support/HttpHookcast.h"
#include "support/Sessions.h"
#include "support/TestFrames.h"
#include "support/TestMedia.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <csignal>
#include <memory>
#include <string>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kPulls = "publishes __defaultVhost__/live/show, pulled from node ";

class PulledStreams : public testing::Test {
  protected:
    std::unique_ptr<HookcastServer> startNode(const std::string& name, const std::string& vhost,
                                              const std::string& secret = "of-16-characters") const {
        auto node = std::make_unique<HookcastServer>(configOf(name, secret, redis_) + defaultVhost(vhost));
        node->waitForLog("joined as node " + name);
        return node;
    }

    std::unique_ptr<HookcastServer> startNode(const std::string& name, const MockBackend& backend) const {
        return startNode(name, hooksTo(backend));
    }

    static rtmp::Message picture(unsigned number) { return avcKeyframe(40 * number, 500, number); }

    static std::unique_ptr<RtmpClient> publishOn(const HookcastServer& node, unsigned number) {
        auto publisher = startPublisher(node.port(), "show");
        publisher->send(avcConfig(0));
        publisher->send(picture(number));
        publisher->sync();
        return publisher;
    }

    /// Skips what comes before it.
    static void expectPicture(RtmpClient& player, unsigned number) {
        while (player.expectMedia(1).front().payload != picture(number).payload) {
        }
    }

    static std::string configOf(const std::string& node, const std::string& secret, const RedisProcess& redis) {
        return fmt::format(
            "cluster_redis {{ enabled on; url {}; node {}; lease 2; address 127.0.0.1; cluster_secret {}; "
            "pull_idle 0.2; }}\n",
            redis.url(), node, secret);
    }

    RedisProcess redis_;
};

TEST_F(PulledStreams, HaveSegmentsWhereTheyAreWatchedAndAreToldOfWhereTheyArePublished) {
    MockBackend ofA;
    MockBackend ofB;
    const auto segmented = [](const MockBackend& backend) {
        return "hls { enabled on; hls_fragment 1; } " +
               hooksTo(backend, fmt::format("on_hls {};", backend.url("/api/v1/hls")));
    };
    const auto a = startNode("a", segmented(ofA));
    HttpHookcast b(configOf("b", "of-16-characters", redis_) + defaultVhost(segmented(ofB)));
    b.server().waitForLog("joined as node b");
    const FfmpegRun publisher(
        {"-re", "-stream_loop", "-1", "-i", h264AacClip(), "-c", "copy", "-f", "flv", a->url("live/show")});
    ofA.waitForCall("on_publish");
    {
        HlsClient viewer(b.httpPort(), "/live/show.m3u8");
        EXPECT_EQ(viewer.enter().status, 200);
        b.server().waitForLog(std::string(kPulls) + "a");
        viewer.waitForSegments(2);
        EXPECT_EQ(viewer.fetch(1).status, 200);
    }
    ofA.waitForCall("on_hls");
    ofB.waitForCall("on_stop");
    b.server().stop();
    EXPECT_THAT(withAction(ofB.calls(), "on_play"), SizeIs(1));
    EXPECT_THAT(withAction(ofB.calls(), "on_hls"), IsEmpty());
    EXPECT_THAT(withAction(ofA.calls(), "on_play"), IsEmpty());
}

TEST_F(PulledStreams, ArePlayedOnAnyNodeAndEachBackendHearsOfItsOwnClients) {
    MockBackend ofA;
    MockBackend ofB;
    const auto a = startNode("a", ofA);
    const auto b = startNode("b", ofB);
    const auto early = startPlayer(b->port(), "show");
    const auto publisher = publishOn(*a, 1);
    expectPicture(*early, 1);
    b->waitForLog(std::string(kPulls) + "a");
    const auto late = startPlayer(b->port(), "show");
    expectPicture(*late, 1);
    EXPECT_THAT(withAction(ofA.calls(), "on_publish"), SizeIs(1));
    EXPECT_THAT(withAction(ofA.calls(), "on_play"), IsEmpty());
    EXPECT_THAT(withAction(ofA.calls(), "on_connect"), SizeIs(1));
    EXPECT_THAT(withAction(ofB.calls(), "on_play"), SizeIs(2));
    EXPECT_THAT(withAction(ofB.calls(), "on_publish"), IsEmpty());
    EXPECT_EQ(b->log().count(kPulls), 1U) << "one pull, whatever number of players";
}

TEST_F(PulledStreams, EndWhenNobodyPlaysThem) {
    const auto a = startNode("a", "");
    const auto b = startNode("b", "");
    const auto publisher = publishOn(*a, 1);
    expectPicture(*startPlayer(b->port(), "show"), 1);
    b->waitForLog("nobody has wanted it for pull_idle");
    a->waitForLog("closed: ");
    expectPicture(*startPlayer(b->port(), "show"), 1);
    publisher->sync();
}

TEST_F(PulledStreams, FollowThePublisherFromNodeToNode) {
    const auto a = startNode("a", "publish { takeover on; }");
    const auto b = startNode("b", "publish { takeover on; }");
    const auto c = startNode("c", "publish { takeover on; }");
    const auto first = publishOn(*a, 1);
    const auto player = startPlayer(c->port(), "show");
    expectPicture(*player, 1);
    const auto second = publishOn(*b, 2);
    first->expectClosed();
    c->waitForLog(std::string(kPulls) + "b");
    expectPicture(*player, 2);
    // Where it was published before it is pulled, too.
    expectPicture(*startPlayer(a->port(), "show"), 2);
    a->waitForLog(std::string(kPulls) + "b");
}

TEST_F(PulledStreams, GiveWayToWhoPublishesHereAndPlayersStay) {
    const auto a = startNode("a", "publish { takeover on; }");
    const auto b = startNode("b", "publish { takeover on; }");
    const auto first = publishOn(*a, 1);
    const auto player = startPlayer(b->port(), "show");
    expectPicture(*player, 1);
    const auto second = publishOn(*b, 2);
    expectPicture(*player, 2);
    first->expectClosed();
    player->sync();
}

TEST_F(PulledStreams, OfANodeThatIsKilledComeBackFromWhereTheyArePublishedThen) {
    const auto a = startNode("a", "");
    const auto b = startNode("b", "");
    const auto c = startNode("c", "");
    const auto first = publishOn(*a, 1);
    const auto player = startPlayer(c->port(), "show");
    expectPicture(*player, 1);
    a->signal(SIGKILL);
    std::unique_ptr<RtmpClient> second;
    for (const Deadline deadline; second == nullptr && !deadline.passed();) {
        auto client = connectClient(b->port());
        client->createStream();
        if (client->publish("show").level == "status") second = std::move(client);
    }
    ASSERT_NE(second, nullptr) << "the name is free in the end";
    second->send(avcConfig(0));
    second->send(picture(2));
    expectPicture(*player, 2);
    player->sync();
}

TEST_F(PulledStreams, GoOnWithoutRedis) {
    const auto a = startNode("a", "");
    const auto b = startNode("b", "");
    const auto publisher = publishOn(*a, 1);
    const auto player = startPlayer(b->port(), "show");
    expectPicture(*player, 1);
    redis_.stop();
    b->waitForLog("Redis does not answer");
    expectPicture(*startPlayer(b->port(), "show"), 1);
    publisher->send(picture(2));
    expectPicture(*player, 2);
    redis_.start();
    for (const auto* node : {a.get(), b.get()}) node->waitForLog("Redis answers again");
    publisher->send(picture(3));
    expectPicture(*player, 3);
    player->sync();
}

TEST_F(PulledStreams, OfNodesWithAnotherSecretAreRefused) {
    const auto a = startNode("a", "");
    const auto b = startNode("b", "", "another-16-characters");
    const auto publisher = publishOn(*a, 1);
    const auto player = startPlayer(b->port(), "show");
    EXPECT_THAT(a->waitForLog("] refused: "), HasSubstr("cause=pull"));
    player->sync();
    EXPECT_EQ(b->log().count(kPulls), 0U);
}

/// The new reader has a keyframe before the old one stops; players over RTMP and HTTP stay, and are asked about once.
TEST_F(PulledStreams, OfACameraThatGoesHomeAreNotCut) {
    constexpr const char* kPath = "/live/cam-primary.flv";
    Camera camera;
    MockBackend backend;
    const std::string vhost = defaultVhost(
        fmt::format("capture cam {{ source {}; home a; }}\n{}{}", camera.url(), kAllMounts, hooksTo(backend)));
    const HttpHookcast b(configOf("b", "of-16-characters", redis_) + vhost);
    b.server().waitForLog("publishes __defaultVhost__/live/cam-primary");
    const auto player = startPlayer(b.rtmpPort(), "cam-primary");
    player->expectMedia(5);
    HttpClient viewer(b.httpPort());
    viewer.send("GET", kPath);
    EXPECT_EQ(viewer.receive().status, 200);
    viewer.receiveBytes(1000);
    const HookcastServer a(configOf("a", "of-16-characters", redis_) + vhost);
    b.server().waitForLog("publishes __defaultVhost__/live/cam-primary, pulled from node a");
    b.server().waitForLog("capture cam-primary] ended: not this node's any more");
    player->expectMedia(200);
    viewer.receiveBytes(100'000);
    EXPECT_THAT(withAction(backend.calls(), "on_play"), SizeIs(2));
    EXPECT_THAT(withAction(backend.calls(), "on_stop"), IsEmpty());
    EXPECT_LE(camera.mostReaders(), 2U);
}

} // namespace
} // namespace hookcast::integration
