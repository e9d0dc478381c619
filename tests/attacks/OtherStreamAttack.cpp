// One who was admitted to a stream tries to get another one: each part of what it asks for is changed between the
// steps.
#include "AttackSupport.h"
#include "support/Configs.h"
#include "support/HttpClient.h"
#include "support/MockBackend.h"
#include "support/Protocol.h"
#include "support/RtspSessions.h"
#include "support/Sessions.h"
#include "support/SrtClient.h"
#include "support/TestFrames.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::attacks {
namespace {

using namespace integration; // NOLINT(google-build-using-namespace): its vocabulary is that of these tests
using testing::Contains;
using testing::Each;
using testing::Not;

/// The backend admits what is in `public`, and refuses all else.
class OtherStreamAttack : public testing::Test {
  protected:
    OtherStreamAttack()
        : server_(hooksTo(backend_) + "\nplay { wait_stream 0; }\n",
                  fmt::format("vhost other.example {{ srt {{ enabled on; }} {} }}\n", hooksTo(backend_))) {
        for (const char* action : {"on_publish", "on_play"}) {
            backend_.addRule(
                fmt::format(R"({{"match":{{"action":"{}","app":"public*"}},"reply":{{"body":"0"}}}})", action));
            backend_.addRule(fmt::format(R"({{"match":{{"action":"{}"}},"reply":{{"status":403}}}})", action));
        }
    }

    std::string url(const std::string& path) const { return server_.server().rtspUrl(path); }

    /// What the backends were asked to admit, as `vhost/app/stream`.
    std::vector<std::string> asked(const std::string& action) {
        std::vector<std::string> names;
        for (const HookCall& call : withAction(backend_.calls(), action))
            names.push_back(call.text("app") + "/" + call.text("stream"));
        return names;
    }

    MockBackend backend_;
    ProtocolServer server_;
    std::size_t srtPlays_ = 0;
};

/// The steps of an RTSP session, and which of them may name another place.
TEST_F(OtherStreamAttack, RtspConnectsToOneApplicationAndDescribesAnother) {
    const RtspPublisher source(server_.port(Protocol::RtspTcp), "public/cam");
    for (const std::string_view other : {"secret/cam", "public/room/cam", "Public/cam"}) {
        RtspClient client(server_.port(Protocol::RtspTcp));
        client.require("OPTIONS", url("public/cam?token=viewer"));
        EXPECT_EQ(client.request("DESCRIBE", url(std::string(other))).status, 403) << other;
        client.expectClosed();
    }
    EXPECT_THAT(asked("on_play"), testing::IsEmpty());
}

TEST_F(OtherStreamAttack, RtspConnectsToOneApplicationAndAnnouncesAnother) {
    RtspClient client(server_.port(Protocol::RtspTcp));
    client.require("OPTIONS", url("public/cam?token=viewer"));
    EXPECT_EQ(client.request("ANNOUNCE", url("secret/cam"), {{"Content-Type", "application/sdp"}}, avcSdp()).status,
              403);
    client.expectClosed();
    EXPECT_THAT(asked("on_publish"), testing::IsEmpty());
}

TEST_F(OtherStreamAttack, RtspConnectsToOneVhostAndDescribesAnother) {
    RtspClient client(server_.port(Protocol::RtspTcp));
    client.require("OPTIONS", url("public/cam"));
    EXPECT_EQ(client.request("DESCRIBE", "rtsp://other.example/public/cam").status, 403);
    RtspClient byQuery(server_.port(Protocol::RtspTcp));
    byQuery.require("OPTIONS", url("public/cam"));
    EXPECT_EQ(byQuery.request("DESCRIBE", url("public/cam?vhost=other.example")).status, 403);
}

TEST_F(OtherStreamAttack, RtspDescribesOneStreamAndPlaysAnother) {
    const RtspPublisher source(server_.port(Protocol::RtspTcp), "public/cam");
    for (const auto& [other, status] : {std::pair<std::string_view, int>{"public/else", 404}, {"secret/cam", 403}}) {
        RtspClient client(server_.port(Protocol::RtspTcp));
        client.require("DESCRIBE", url("public/cam"));
        client.require("SETUP", url("public/cam/trackID=0"), {{"Transport", "RTP/AVP/TCP;unicast;interleaved=0-1"}});
        EXPECT_EQ(client.request("PLAY", url(std::string(other))).status, status) << other;
    }
    EXPECT_THAT(asked("on_play"), testing::IsEmpty());
}

/// With a query, whose place clients change, no other stream gets in.
TEST_F(OtherStreamAttack, RtspSetsUpAndPlaysAnotherStreamBehindAQuery) {
    const RtspPublisher source(server_.port(Protocol::RtspTcp), "public/cam");
    const RtspPublisher other(server_.port(Protocol::RtspTcp), "public/else");
    const std::string tcp = "RTP/AVP/TCP;unicast;interleaved=0-1";
    for (const std::string_view path :
         {"public/else", "secret/cam", "public", "cam", "public/cam?vhost=other.example"}) {
        RtspClient client(server_.port(Protocol::RtspTcp));
        client.require("DESCRIBE", url("public/cam?token=viewer"));
        const std::string named(path);
        const std::size_t queryAt = std::min(named.find('?'), named.size());
        if (path != "public") {
            const std::string track = named.substr(0, queryAt) + "/trackID=0" + named.substr(queryAt);
            EXPECT_EQ(client.request("SETUP", url(track), {{"Transport", tcp}}).status, 404) << path;
        }
        client.require("SETUP", url("public/cam/trackID=0?token=viewer"), {{"Transport", tcp}});
        EXPECT_GE(client.request("PLAY", url(named)).status, 400) << path;
    }
    EXPECT_THAT(asked("on_play"), testing::IsEmpty());
}

TEST_F(OtherStreamAttack, RtspAnnouncesOneStreamAndRecordsAnother) {
    RtspClient client(server_.port(Protocol::RtspTcp));
    client.require("ANNOUNCE", url("public/cam"), {{"Content-Type", "application/sdp"}}, avcSdp());
    client.require("SETUP", url("public/cam/streamid=0"),
                   {{"Transport", "RTP/AVP/TCP;unicast;interleaved=0-1;mode=record"}});
    EXPECT_EQ(client.request("RECORD", url("secret/cam")).status, 403);
    EXPECT_THAT(asked("on_publish"), testing::IsEmpty());
}

/// Whatever part of a stream's path a client calls its application, the backend is asked about the same stream.
TEST_F(OtherStreamAttack, EverySpellingOfAStreamIsOneNameForTheBackend) {
    RtspPublisher publisher(server_.port(Protocol::RtspTcp), "public/room/cam");
    publisher.send(true, 0);
    publisher.sync();
    for (const auto& [app, stream] : std::vector<std::pair<std::string, std::string>>{{"public", "room/cam"},
                                                                                      {"public/room", "cam"},
                                                                                      {"public//room", "/cam"},
                                                                                      {"public/room/_definst_", "cam"}})
        startPlayer(server_.port(Protocol::Rtmp), stream, app)->expectMedia(1);
    const RtspPlayer byRtsp(server_.port(Protocol::RtspTcp), "public/r%6fom/cam");
    EXPECT_THAT(asked("on_play"), Each("public/room/cam"));
    EXPECT_EQ(asked("on_play").size(), 5U);
    EXPECT_EQ(asked("on_publish"), std::vector<std::string>{"public/room/cam"});
    // A second publisher of another spelling wants the same name.
    EXPECT_EQ(connectClient(server_.port(Protocol::Rtmp), "public/room")->publish("cam").code,
              "NetStream.Publish.BadName");
    EXPECT_THROW(RtspPublisher(server_.port(Protocol::RtspTcp), "public/room/c%61m"), std::runtime_error);
    const SrtClient bySrt(server_.port(Protocol::Srt), "#!::r=public/room/cam,m=publish");
    EXPECT_FALSE(bySrt.connected());
}

TEST_F(OtherStreamAttack, HttpDecodesNamesOnceAndNoSeparators) {
    const auto publisher = startPublisher(server_.port(Protocol::Rtmp), "cam", "public/room");
    publisher->send(avcKeyframe(0));
    publisher->sync();
    const auto statusOf = [this](const std::string& path) {
        HttpClient client(server_.port(Protocol::HttpFlv));
        return client.get(path).status;
    };
    EXPECT_EQ(statusOf("/public/r%6fom/c%61m.flv"), 200);
    EXPECT_THAT(asked("on_play"), testing::ElementsAre("public/room/cam"));
    for (const char* path :
         {"/public/room%2fcam.flv", "/public%2Froom/cam.flv", "/public/room/cam.flv%3fx", "/public/r%256fom/cam.flv",
          "/public/%2e%2e/public/room/cam.flv", "/public/room/c%ffm.flv"})
        EXPECT_GE(statusOf(path), 400) << path;
    // What decodes to another name is another stream, which nobody publishes.
    EXPECT_THAT(asked("on_play"), testing::ElementsAre("public/room/cam", "public/r%6fom/cam"));
}

/// A vhost is the same however its name is written, so its own hooks are asked and not those of the default one.
TEST_F(OtherStreamAttack, AVhostInUpperCaseOrWithAFinalDotIsThatVhost) {
    for (const std::string_view host : {"other.example", "OTHER.Example", "other.example."}) {
        RtmpClient client(server_.port(Protocol::Rtmp));
        client.shakeHands();
        ConnectRequest request;
        request.tcUrl = fmt::format("rtmp://{}/public", host);
        request.app = "public";
        ASSERT_EQ(client.connect(request).level, "status") << host;
        client.createStream();
        EXPECT_EQ(client.play("cam").level, "status") << host;
        RtspClient rtsp(server_.port(Protocol::RtspTcp));
        rtsp.require("OPTIONS", fmt::format("rtsp://{}/public/cam", host));
        const SrtClient srt(server_.port(Protocol::Srt), fmt::format("#!::h={},r=public/cam,m=request", host));
        EXPECT_TRUE(srt.connected()) << host;
        backend_.waitForCall("on_play", srtPlays_ += 2);
    }
    for (const HookCall& call : backend_.calls()) EXPECT_EQ(call.text("vhost"), "other.example") << call.action();
}

TEST_F(OtherStreamAttack, AnApplicationInTheStreamsNameIsNotAWayOutOfAnApplication) {
    const auto secret = connectClient(server_.port(Protocol::Rtmp), "public");
    EXPECT_EQ(secret->publish("../secret/cam").level, "error");
    EXPECT_EQ(connectClient(server_.port(Protocol::Rtmp), "public")->play("../secret/cam").level, "error");
    EXPECT_EQ(connectClient(server_.port(Protocol::Rtmp), "secret")->play("public/cam").level, "error");
    EXPECT_THAT(asked("on_play"), Not(Contains("public/cam")));
}

TEST_F(OtherStreamAttack, NamesThatTheBackendWouldSeeAsOthersAreRefused) {
    for (const std::string& name :
         {std::string("cam\xff"), std::string("cam\xc3"), std::string("cam\n"), std::string("c\0m", 3)}) {
        EXPECT_EQ(connectClient(server_.port(Protocol::Rtmp), "public")->publish(name).level, "error");
        EXPECT_EQ(connectClient(server_.port(Protocol::Rtmp), "public")->play(name).level, "error");
    }
    for (const char* path : {"public/cam%ff", "public/cam%0a", "public/cam%00", "public/room%2fcam", "public/cam%3fx",
                             "public/%2e%2e/secret/cam"}) {
        RtspClient client(server_.port(Protocol::RtspTcp));
        EXPECT_EQ(client.request("DESCRIBE", url(path)).status, 404) << path;
    }
    EXPECT_FALSE(SrtClient(server_.port(Protocol::Srt), "#!::r=public/cam\xff,m=publish").connected());
    EXPECT_THAT(asked("on_publish"), testing::IsEmpty());
    EXPECT_THAT(asked("on_play"), testing::IsEmpty());
}

TEST_F(OtherStreamAttack, WhatFfmpegPutsAroundANameIsTakenOffOnlyWhereNobodyPublishesTheNameItself) {
    const auto plain = startPublisher(server_.port(Protocol::Rtmp), "cam", "public");
    startPlayer(server_.port(Protocol::Rtmp), "mp4:cam.mp4", "public");
    EXPECT_EQ(asked("on_play").back(), "public/cam");
    const auto exact = startPublisher(server_.port(Protocol::Rtmp), "mp4:cam.mp4", "public");
    startPlayer(server_.port(Protocol::Rtmp), "mp4:cam.mp4", "public");
    EXPECT_EQ(asked("on_play").back(), "public/mp4:cam.mp4");
    startPlayer(server_.port(Protocol::Rtmp), "flv:nobody", "public");
    EXPECT_EQ(asked("on_play").back(), "public/flv:nobody");
}

} // namespace
} // namespace hookcast::attacks
