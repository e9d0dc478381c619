// Streams that one node pulls from another one, with the server's own rooms on both sides and sockets in between.
#include "cluster/TestNode.h"
#include "hooks/PullPass.h"
#include "support/ApiClient.h"
#include "support/Configs.h"
#include "support/FlvTags.h"
#include "support/HookCall.h"
#include "support/HttpClient.h"
#include "support/HttpHookcast.h"
#include "support/MockBackend.h"
#include "support/Sessions.h"
#include "support/TestFrames.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using rtmp::Message;
using rtmp::MessageType;
using testing::IsEmpty;

const hooks::StreamKey kCam{"__defaultVhost__", "live", "cam"};

void sendAll(RtmpClient& client, const std::vector<Message>& messages) {
    for (const Message& message : messages) client.send(message);
}

/// A picture with sound of `ms`, as a publisher begins.
std::vector<Message> opening(std::uint32_t ms, unsigned seed = 0) {
    return {metadata(640, 360),          avcConfig(ms, seed),    aacConfig(ms),
            avcKeyframe(ms, 9000, seed), aacFrame(ms, 60, seed), avcInterFrame(ms + 40, 300, seed)};
}

/// What `player` gets, as type and bytes: its times are the node's own.
std::vector<std::pair<MessageType, base::Bytes>> receive(RtmpClient& player, std::size_t count) {
    std::vector<std::pair<MessageType, base::Bytes>> media;
    for (Message& message : player.expectMedia(count)) media.emplace_back(message.type, std::move(message.payload));
    return media;
}

/// One publisher at a, whose backend hears of everybody, and a player at b, whose backend does, too.
class Pulling : public testing::Test {
  protected:
    hooks::PullPass pass() const {
        return {kCam, "b", "a", 7, base::SystemClock().unixMs() + hooks::PullPass::kValidMs};
    }

    static std::string signedPass(const hooks::PullPass& pass, const std::string& secret = TestNode::kSecret) {
        return hooks::signPass(pass, secret).take();
    }

    /// A client that says what a node says, with this pass; what it is told. `status` is a yes.
    Status connect(RtmpClient& client, const rtmp::Amf& pass) const {
        client.shakeHands();
        ConnectRequest request = requestFor(a_.port(), "live");
        request.pullPass = pass;
        return client.connect(request);
    }

    /// Of the backend of a, in order.
    std::vector<std::string> heardAtA() {
        std::vector<std::string> actions;
        for (const HookCall& call : backendOfA_.calls()) actions.push_back(call.action());
        return actions;
    }

    MockBackend backendOfA_;
    TestNode a_{"a", defaultVhost(hooksTo(backendOfA_))};
    TestNode b_{"b", defaultVhost(kAllMounts)};
};

TEST_F(Pulling, PlayersOnBothNodesGetTheSame) {
    const auto publisher = startPublisher(a_.port(), "cam");
    const auto there = startPlayer(a_.port(), "cam");
    const auto here = startPlayer(b_.port(), "cam");
    const std::size_t heardBefore = heardAtA().size();
    b_.pulls().pull(kCam, a_.origin());
    sendAll(*publisher, opening(0));
    a_.waitForLog("plays __defaultVhost__/live/cam, for node b");
    for (std::uint32_t ms = 80; ms < 800; ms += 40) {
        publisher->send(avcInterFrame(ms, 100 + ms, ms));
        publisher->send(aacFrame(ms, 60, ms));
    }
    const auto wanted = receive(*there, 6 + 2 * 18);
    EXPECT_EQ(receive(*here, 6 + 2 * 18), wanted);
    EXPECT_EQ(heardAtA().size(), heardBefore) << "the backends of the origin are asked about clients, not about nodes";
}

TEST_F(Pulling, EnhancedTracksAndOtherDataPass) {
    const auto publisher = startPublisher(a_.port(), "cam");
    const auto there = startPlayer(a_.port(), "cam");
    const auto here = startPlayer(b_.port(), "cam");
    b_.pulls().pull(kCam, a_.origin());
    sendAll(*publisher, {metadata(640, 360), enhancedVideo("hvc1", 0, true, 0, 60), enhancedAudio("Opus", 0, 0, 20),
                         enhancedVideo("hvc1", 1, true, 0, 5000), enhancedAudio("Opus", 1, 0, 90)});
    a_.waitForLog("plays __defaultVhost__/live/cam, for node b");
    sendAll(*publisher, {enhancedVideo("hvc1", 1, false, 40, 200), enhancedAudio("Opus", 1, 40, 90)});
    EXPECT_EQ(receive(*here, 7), receive(*there, 7));
}

TEST_F(Pulling, WhoPlaysOverHttpStaysWhenTheOriginIsKilledAndBack) {
    auto publisher = startPublisher(a_.port(), "cam");
    b_.pulls().pull(kCam, a_.origin());
    sendAll(*publisher, opening(0));
    b_.waitForLog("publishes __defaultVhost__/live/cam, pulled from node a");
    HttpClient http(b_.httpPort());
    ASSERT_EQ(http.get("/live/cam.flv").status, 200);
    const auto rtmp = startPlayer(b_.port(), "cam");
    rtmp->expectMedia(6);
    a_.end();
    b_.waitForLog("tries again");
    a_.begin();
    publisher = startPublisher(a_.port(), "cam");
    sendAll(*publisher, opening(0, 1));
    const std::vector<Message> after = rtmp->expectMedia(6);
    EXPECT_TRUE(std::ranges::any_of(
        after, [](const Message& message) { return message.payload == avcKeyframe(0, 9000, 1).payload; }));
    EXPECT_GE(after.back().timestampMs, 40U) << "the players' time goes on";
    sendAll(*publisher, {avcInterFrame(80, 77'777, 9)});
    std::string flv;
    while (flv.find(std::string(base::asText(avcInterFrame(80, 77'777, 9).payload).substr(5, 1000))) ==
           std::string::npos)
        flv += http.receiveBytes(100);
    EXPECT_EQ(b_.logged("plays __defaultVhost__/live/cam"), 2U) << "nobody came a second time";
}

TEST_F(Pulling, ANewOriginIsSeenWithoutAGap) {
    TestNode c("c", defaultVhost());
    const auto atA = startPublisher(a_.port(), "cam");
    const auto atC = startPublisher(c.port(), "cam");
    b_.pulls().pull(kCam, a_.origin());
    sendAll(*atA, opening(0));
    b_.waitForLog("publishes __defaultVhost__/live/cam, pulled from node a");
    const auto here = startPlayer(b_.port(), "cam");
    here->expectMedia(6);
    b_.pulls().pull(kCam, c.origin());
    c.waitForLog("plays __defaultVhost__/live/cam, for node b");
    atA->send(avcInterFrame(80, 200, 5));
    EXPECT_EQ(receive(*here, 1).front().second, avcInterFrame(80, 200, 5).payload) << "the new one has no picture yet";
    sendAll(*atC, opening(0, 1));
    const auto media = receive(*here, 6);
    EXPECT_EQ(media[3].second, avcKeyframe(0, 9000, 1).payload);
}

TEST_F(Pulling, EndsAWhileAfterItsLastPlayer) {
    const auto publisher = startPublisher(a_.port(), "cam");
    sendAll(*publisher, opening(0));
    b_.pulls().pull(kCam, a_.origin());
    b_.waitForLog("publishes __defaultVhost__/live/cam, pulled from node a");
    b_.pulls().release(kCam);
    b_.waitForLog("nobody has wanted it for pull_idle");
    EXPECT_THAT(b_.pulls().views(), IsEmpty());
}

TEST_F(Pulling, TheOriginShowsTheNodeAndCanKickIt) {
    const auto publisher = startPublisher(a_.port(), "cam");
    sendAll(*publisher, opening(0));
    b_.pulls().pull(kCam, a_.origin());
    b_.waitForLog("publishes __defaultVhost__/live/cam, pulled from node a");
    ApiClient api(a_.apiPort());
    std::string node;
    const auto listed = api.get("/api/v1/clients")->getArray("clients");
    for (const auto& client : *listed) {
        const auto entry = client.extract<Poco::JSON::Object::Ptr>();
        if (!entry->has("node")) continue;
        node = entry->getValue<std::string>("id");
        EXPECT_EQ(entry->getValue<std::string>("node"), "b");
        EXPECT_EQ(entry->getValue<std::string>("type"), "rtmp-play");
        EXPECT_GT(entry->getValue<std::uint64_t>("send_bytes"), 9000U);
    }
    ASSERT_NE(node, "");
    api.json("DELETE", "/api/v1/clients/" + node);
    b_.waitForLog("tries again");
    api.waitFor("/api/v1/clients", [&node](const ApiClient::Json& json) {
        const auto clients = json->getArray("clients");
        return std::any_of(clients->begin(), clients->end(), [&node](const auto& client) {
            const auto entry = client.template extract<Poco::JSON::Object::Ptr>();
            return entry->has("node") && entry->template getValue<std::string>("id") != node;
        });
    });
}

/// Each is refused at connect with the same words, and no backend hears of it.
TEST_F(Pulling, WrongPassesAreRefused) {
    const auto publisher = startPublisher(a_.port(), "cam");
    sendAll(*publisher, opening(0));
    const std::size_t heardBefore = heardAtA().size();
    std::vector<std::pair<std::string, rtmp::Amf>> wrong;
    hooks::PullPass changed = pass();
    changed.expiresUnixMs = base::SystemClock().unixMs() - 1;
    wrong.emplace_back("is too old", rtmp::Amf::string(signedPass(changed)));
    changed = pass();
    changed.expiresUnixMs += 3'600'000;
    wrong.emplace_back("of a time that has not come", rtmp::Amf::string(signedPass(changed)));
    changed = pass();
    changed.origin = "c";
    wrong.emplace_back("is for node c", rtmp::Amf::string(signedPass(changed)));
    changed = pass();
    changed.fence = 6;
    wrong.emplace_back("by fence 6", rtmp::Amf::string(signedPass(changed)));
    wrong.emplace_back("not signed with", rtmp::Amf::string(signedPass(pass(), "another cluster's secret")));
    wrong.emplace_back("of another form", rtmp::Amf::string(""));
    wrong.emplace_back("of another form", rtmp::Amf::number(1));
    wrong.emplace_back("of another form", rtmp::Amf::null());
    for (const auto& [reason, amf] : wrong) {
        RtmpClient client(a_.port());
        const Status status = connect(client, amf);
        EXPECT_EQ(status.level, "error") << reason;
        EXPECT_EQ(status.description, "pull refused") << reason;
        client.expectClosed();
        a_.waitForLog(reason);
    }
    EXPECT_EQ(heardAtA().size(), heardBefore);
    EXPECT_EQ(a_.logged(signedPass(pass()).substr(0, 40)), 0U) << "no pass is logged";
}

TEST_F(Pulling, ANodeThatHasLostTheStreamServesItToNobody) {
    const auto publisher = startPublisher(a_.port(), "cam");
    sendAll(*publisher, opening(0));
    a_.fence = 0;
    RtmpClient client(a_.port());
    EXPECT_EQ(connect(client, rtmp::Amf::string(signedPass(pass()))).level, "error");
    a_.waitForLog("which is not this node's");
}

/// The pass is right, and was read on its way.
TEST_F(Pulling, ACapturedPassIsForItsStreamAlone) {
    const auto publisher = startPublisher(a_.port(), "cam");
    const auto other = startPublisher(a_.port(), "other");
    sendAll(*publisher, opening(0));
    sendAll(*other, opening(0));
    const std::size_t heardBefore = heardAtA().size();
    for (const std::string& stream : {std::string("other"), std::string("cam?vhost=x"), std::string("../live/cam"),
                                      std::string("mp4:cam"), std::string("live/cam"), std::string()}) {
        RtmpClient client(a_.port());
        ASSERT_EQ(connect(client, rtmp::Amf::string(signedPass(pass()))).level, "status");
        client.createStream();
        EXPECT_EQ(client.play(stream).level, "error") << stream;
        client.expectClosed();
    }
    RtmpClient publishing(a_.port());
    ASSERT_EQ(connect(publishing, rtmp::Amf::string(signedPass(pass()))).level, "status");
    publishing.createStream();
    EXPECT_EQ(publishing.publish("cam").level, "error");
    publishing.expectClosed();
    RtmpClient playing(a_.port());
    ASSERT_EQ(connect(playing, rtmp::Amf::string(signedPass(pass()))).level, "status");
    playing.createStream();
    EXPECT_EQ(playing.play("cam").level, "status") << "the one that it names";
    EXPECT_EQ(heardAtA().size(), heardBefore);
}

} // namespace
} // namespace hookcast::integration
