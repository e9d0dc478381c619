// publish.takeover: a publisher that replaces the one who has the name.
#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/HttpClient.h"
#include "support/HttpHookcast.h"
#include "support/Ledger.h"
#include "support/MockBackend.h"
#include "support/Protocol.h"
#include "support/ProtocolClient.h"
#include "support/Seen.h"
#include "support/Sessions.h"
#include "support/TestFrames.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kTakenOver = "another publisher has taken the stream over";

std::string withPolicy(const std::string& policy, const std::string& more = "") {
    return "publish { takeover " + policy + "; firstpkt_timeout 60000; normal_timeout 60000; } " + more;
}

/// The place of the `nth` call with this action among all; calls.size() when there is none.
std::size_t placeOf(const HookCalls& calls, const std::string& action, std::size_t nth = 1) {
    for (std::size_t i = 0; i < calls.size(); ++i)
        if (calls[i].action() == action && --nth == 0) return i;
    return calls.size();
}

TEST(Takeover, PlayersSeeTheNewPublisherOnATimelineThatGoesOn) {
    MockBackend backend;
    HttpHookcast http(defaultVhost(withPolicy("on", kAllMounts) + hooksTo(backend)));
    const auto player = startPlayer(http.rtmpPort(), "show");
    const auto old = startPublisher(http.rtmpPort(), "show");
    old->send(avcKeyframe(1000, 500, 1));
    old->send(avcInterFrame(1040, 100, 2));
    HttpClient web(http.httpPort());
    web.send("GET", "/live/show.flv");
    EXPECT_EQ(web.receive().status, 200);
    const auto before = player->expectMedia(2);

    const auto next = startPublisher(http.rtmpPort(), "show");
    const Status farewell = old->expectStatus();
    EXPECT_EQ(farewell.code, "NetStream.Publish.BadName");
    EXPECT_EQ(farewell.description, kTakenOver);
    old->expectClosed();
    next->send(avcKeyframe(0, 500, 3));
    next->send(avcInterFrame(40, 100, 4));
    const auto after = player->expectMedia(2);
    EXPECT_EQ(after[0].payload, avcKeyframe(0, 500, 3).payload);
    EXPECT_GT(after[0].timestampMs, before[1].timestampMs);
    EXPECT_LT(after[0].timestampMs, before[1].timestampMs + 1000U);
    EXPECT_EQ(after[1].timestampMs - after[0].timestampMs, 40U);
    // The player over HTTP stays, too: its answer goes on with the new one's keyframe.
    const base::Bytes keyframe = avcKeyframe(0, 500, 3).payload;
    std::string flv;
    while (flv.find(base::asText(keyframe)) == std::string::npos) flv += web.receiveBytes(1);

    backend.waitForCall("on_close");
    const HookCalls calls = backend.calls();
    EXPECT_EQ(withAction(calls, "on_unpublish").at(0).text("reason"), kTakenOver);
    EXPECT_LT(placeOf(calls, "on_publish", 2), placeOf(calls, "on_unpublish")) << "the old one goes when the new may";
    next->ping();
    EXPECT_THAT(withAction(backend.calls(), "on_stop"), IsEmpty());
    http.server().stop();
    EXPECT_THAT(settle(backend.calls()).mistakes, IsEmpty());
}

TEST(Takeover, ARefusedNewcomerDisturbsNobody) {
    MockBackend backend;
    HookcastServer server(defaultVhost(withPolicy("on") + hooksTo(backend)));
    const auto player = startPlayer(server.port(), "show");
    const auto old = startPublisher(server.port(), "show");
    backend.addRule(R"({"match":{"action":"on_publish"},"reply":{"status":403},"times":1})");
    const auto next = connectClient(server.port());
    next->createStream();
    EXPECT_EQ(next->publish("show").code, "NetStream.Publish.Denied");
    next->expectClosed();
    old->send(avcKeyframe(0));
    player->expectMedia(1);
    EXPECT_THAT(withAction(backend.calls(), "on_unpublish"), IsEmpty());
    server.stop();
    EXPECT_THAT(settle(backend.calls()).mistakes, IsEmpty());
}

TEST(Takeover, WhileOneIsBeingAskedAboutAnotherIsRefusedUnasked) {
    MockBackend backend;
    HookcastServer server(defaultVhost(withPolicy("on") + hooksTo(backend)));
    const auto old = startPublisher(server.port(), "show");
    backend.addRule(R"({"match":{"action":"on_publish"},"reply":{"delay_ms":600000},"times":1})");
    const auto next = connectClient(server.port());
    next->createStream();
    next->sendCommand("publish", 7, {rtmp::Amf::null(), rtmp::Amf::string("show"), rtmp::Amf::string("live")}, 1);
    backend.waitForCall("on_publish", 2);
    const auto third = connectClient(server.port());
    third->createStream();
    EXPECT_EQ(third->publish("show").code, "NetStream.Publish.BadName");
    EXPECT_THAT(withAction(backend.calls(), "on_publish"), SizeIs(2));
    // The one that is asked about gives up: who publishes has never noticed.
    next->tcp().reset();
    server.waitForLog("] closed: connection reset");
    old->ping();
    const auto fourth = startPublisher(server.port(), "show");
    old->expectClosed();
}

TEST(Takeover, AStalePublisherIsReplacedAndALiveOneIsNot) {
    HookcastServer server(defaultVhost("publish { takeover stale; takeover_after 700; normal_timeout 60000; }"));
    const auto old = startPublisher(server.port(), "show");
    old->send(avcKeyframe(0));
    old->ping();
    const auto tooSoon = connectClient(server.port());
    tooSoon->createStream();
    EXPECT_EQ(tooSoon->publish("show").code, "NetStream.Publish.BadName");
    // It says nothing more: sooner or later one of those who try gets its name.
    const Deadline deadline;
    for (;;) {
        const auto next = connectClient(server.port());
        next->createStream();
        if (next->publish("show").code == "NetStream.Publish.Start") break;
        ASSERT_FALSE(deadline.passed());
    }
    old->expectClosed();
}

class TakeoverByProtocol : public testing::TestWithParam<Protocol> {
  protected:
    TakeoverByProtocol() : server_(hooksTo(backend_), "", "", "takeover on;") {}

    void expectClosings() {
        backend_.waitForCall("on_unpublish");
        EXPECT_EQ(withAction(backend_.calls(), "on_unpublish").at(0).text("reason"), kTakenOver);
        server_.server().stop();
        EXPECT_THAT(settle(backend_.calls()).mistakes, IsEmpty());
    }

    MockBackend backend_;
    ProtocolServer server_;
};

TEST_P(TakeoverByProtocol, TakesOverFromRtmp) {
    const auto player = startPlayer(server_.port(Protocol::Rtmp), "show");
    const auto old = startPublisher(server_.port(Protocol::Rtmp), "show");
    const auto next = makeClient(server_, GetParam(), {Role::Publish, "live/show"});
    next->connect();
    next->ask();
    next->expectAdmission();
    old->expectClosed();
    next->passMedia();
    player->expectMedia(1);
    expectClosings();
}

TEST_P(TakeoverByProtocol, IsTakenOverByRtmp) {
    const auto player = startPlayer(server_.port(Protocol::Rtmp), "show");
    const auto old = makeClient(server_, GetParam(), {Role::Publish, "live/show"});
    old->connect();
    old->ask();
    old->expectAdmission();
    old->passMedia();
    player->expectMedia(1);
    const auto next = startPublisher(server_.port(Protocol::Rtmp), "show");
    const rtmp::Message keyframe = avcKeyframe(0, 500, 9);
    next->send(keyframe);
    while (player->expectMedia(1).front().payload != keyframe.payload) {
    }
    expectClosings();
}

INSTANTIATE_TEST_SUITE_P(Publishers, TakeoverByProtocol, testing::ValuesIn(kPublishProtocols),
                         [](const auto& info) { return nameOf(info.param); });

} // namespace
} // namespace hookcast::integration
