#include "support/Configs.h"
#include "support/FfmpegRun.h"
#include "support/HookDirectives.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/RtspSessions.h"
#include "support/TestMedia.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Ge;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Lt;
using testing::SizeIs;

constexpr const char* kPatient = "publish { firstpkt_timeout 600000; normal_timeout 600000; }\n";
constexpr const char* kTransport = "RTP/AVP/TCP;unicast;interleaved=0-1";

/// A publisher and a player, over TCP or UDP, and what their backend hears of them.
class RtspHooks : public testing::TestWithParam<RtpWay> {
  protected:
    HookCall callOf(const std::string& action) { return withAction(backend_.calls(), action).at(0); }

    /// The calls of the client that did `action`.
    HookCalls callsOf(const std::string& action) {
        const std::int64_t client = callOf(action).number("client_id");
        HookCalls calls = backend_.calls();
        std::erase_if(calls, [client](const HookCall& call) { return call.number("client_id") != client; });
        return calls;
    }

    MockBackend backend_;
    HookcastServer server_{defaultVhost(kPatient + hooksTo(backend_))};
};

TEST_P(RtspHooks, AreAskedInOrderAndToldTheEnd) {
    {
        RtspPublisher publisher(server_.rtspPort(), "live/show?key=publisher", GetParam());
        publisher.send(true, 0, 5000);
        RtspPlayer player(server_.rtspPort(), "live/show?key=player", GetParam());
        player.expectPicture();
        player.client().require("TEARDOWN", player.url());
        backend_.waitForCall("on_stop");
    }
    backend_.waitForCall("on_close", 2);
    EXPECT_THAT(actionsOf(callsOf("on_publish")), ElementsAre("on_connect", "on_publish", "on_unpublish", "on_close"));
    EXPECT_THAT(actionsOf(callsOf("on_play")), ElementsAre("on_connect", "on_play", "on_stop", "on_close"));
}

TEST_P(RtspHooks, SayWhoWhatAndHowMuch) {
    {
        RtspPublisher publisher(server_.rtspPort(), "live/show?key=publisher", GetParam());
        publisher.send(true, 0, 5000);
        RtspPlayer player(server_.rtspPort(), "live/show?key=player", GetParam());
        player.expectPicture();
    }
    backend_.waitForCall("on_close", 2);
    const std::string tcUrl = fmt::format("rtsp://127.0.0.1:{}/live", server_.rtspPort());
    for (const char* action : {"on_publish", "on_unpublish", "on_play", "on_stop"}) {
        const HookCall call = callOf(action);
        const bool plays = call.action() == "on_play" || call.action() == "on_stop";
        EXPECT_EQ(call.text("app"), "live");
        EXPECT_EQ(call.text("stream"), "show");
        EXPECT_EQ(call.text("param"), plays ? "?key=player" : "?key=publisher");
        EXPECT_EQ(call.text("tcUrl"), tcUrl);
        EXPECT_EQ(call.text("stream_url"), "/live/show");
        EXPECT_EQ(call.text("ip"), "127.0.0.1");
    }
    EXPECT_EQ(callsOf("on_publish").front().text("tcUrl"), tcUrl);
    EXPECT_EQ(callOf("on_publish").text("stream_id"), callOf("on_stop").text("stream_id"));
    EXPECT_THAT(callOf("on_unpublish").number("recv_bytes"), AllOf(Ge(5000), Lt(6000)));
    EXPECT_THAT(callOf("on_stop").number("send_bytes"), AllOf(Ge(5000), Lt(6000)));
    EXPECT_LT(callOf("on_stop").number("recv_bytes"), 1000);
    EXPECT_FALSE(callOf("on_stop").text("reason").empty());
}

INSTANTIATE_TEST_SUITE_P(Rtsp, RtspHooks, testing::Values(RtpWay::Tcp, RtpWay::Udp),
                         [](const auto& test) { return test.param == RtpWay::Tcp ? "Tcp" : "Udp"; });

TEST(RtspMoments, ConnectIsAskedAtTheFirstRequestThatNamesAStream) {
    MockBackend backend;
    HookcastServer server(defaultVhost(kPatient + hooksTo(backend)));
    RtspClient client(server.rtspPort());
    client.require("OPTIONS", "*");
    EXPECT_THAT(backend.calls(), IsEmpty());
    client.require("OPTIONS", server.rtspUrl("live/show?token=1"));
    const HookCall call = backend.waitForCall("on_connect");
    EXPECT_EQ(call.text("param"), "?token=1");
    EXPECT_EQ(call.text("app"), "live");
    client.request("DESCRIBE", server.rtspUrl("live/show?token=1"));
    client.tcp().close();
    backend.waitForCall("on_close");
    EXPECT_THAT(actionsOf(backend.calls()), ElementsAre("on_connect", "on_close"));
}

TEST(RtspMoments, PublishIsAskedAtRecordAndPlayAtPlay) {
    MockBackend backend;
    HookcastServer server(defaultVhost(kPatient + hooksTo(backend)));
    const std::string url = server.rtspUrl("live/show");
    RtspClient publisher(server.rtspPort());
    publisher.require("ANNOUNCE", url, {}, avcSdp());
    publisher.require("SETUP", url + "/streamid=0", {{"Transport", kTransport}});
    EXPECT_THAT(actionsOf(backend.calls()), ElementsAre("on_connect"));
    publisher.require("RECORD", url);
    EXPECT_THAT(actionsOf(backend.calls()), ElementsAre("on_connect", "on_publish"));

    RtspClient player(server.rtspPort());
    player.require("DESCRIBE", url);
    player.require("SETUP", url + "/trackID=0", {{"Transport", kTransport}});
    EXPECT_THAT(withAction(backend.calls(), "on_play"), IsEmpty());
    player.require("PLAY", url);
    EXPECT_THAT(withAction(backend.calls(), "on_play"), SizeIs(1));
    // Once: a pause is none of the backend's business.
    player.require("PAUSE", url);
    player.require("PLAY", url);
    EXPECT_THAT(withAction(backend.calls(), "on_play"), SizeIs(1));
}

TEST(RtspMoments, BusyNameIsRefusedBeforeTheBackendIsAsked) {
    MockBackend backend;
    HookcastServer server(defaultVhost(kPatient + hooksTo(backend)));
    RtspPublisher first(server.rtspPort());
    RtspClient second(server.rtspPort());
    const std::string url = server.rtspUrl("live/show");
    second.require("ANNOUNCE", url, {}, avcSdp());
    second.require("SETUP", url + "/streamid=0", {{"Transport", kTransport}});
    EXPECT_EQ(second.request("RECORD", url).status, 403);
    second.expectClosed();
    server.waitForLog("somebody publishes this stream already");
    EXPECT_THAT(withAction(backend.calls(), "on_publish"), SizeIs(1));
    first.sync();
}

TEST(RtspMoments, ClientThatLeavesWhileTheBackendIsAskedIsClosedToo) {
    MockBackend backend;
    backend.addRule(R"({"match":{"action":"on_publish"},"reply":{"delay_ms":500}})");
    HookcastServer server(defaultVhost(kPatient + hooksTo(backend)));
    const std::string url = server.rtspUrl("live/show");
    RtspClient client(server.rtspPort());
    client.require("ANNOUNCE", url, {}, avcSdp());
    client.require("SETUP", url + "/streamid=0", {{"Transport", kTransport}});
    client.send("RECORD", url);
    backend.waitForCall("on_publish");
    client.tcp().reset();
    backend.waitForCall("on_close");
    EXPECT_THAT(actionsOf(backend.calls()), ElementsAre("on_connect", "on_publish", "on_unpublish", "on_close"));
    // And the name is free.
    RtspPublisher again(server.rtspPort());
}

TEST(RtspMoments, RequestsThatComeWhileTheBackendIsAskedAreAnsweredAfterIt) {
    MockBackend backend;
    backend.addRule(R"({"match":{"action":"on_connect"},"reply":{"delay_ms":300}})");
    HookcastServer server(defaultVhost(kPatient + hooksTo(backend)));
    const std::string url = server.rtspUrl("live/show");
    RtspClient client(server.rtspPort());
    const std::uint32_t first = client.send("OPTIONS", url);
    const std::uint32_t second = client.send("DESCRIBE", url);
    const std::uint32_t third = client.send("GET_PARAMETER", url);
    EXPECT_EQ(client.expectAnswer(first).status, 200);
    EXPECT_EQ(client.expectAnswer(second).status, 404);
    EXPECT_EQ(client.expectAnswer(third).status, 200);
    EXPECT_THAT(actionsOf(backend.calls()), ElementsAre("on_connect"));
}

/// Query strings as clients send them: nothing may be decoded, encoded or cut on the way.
class RtspQueryStrings : public testing::TestWithParam<std::string> {};

TEST_P(RtspQueryStrings, ReachTheBackendByteForByte) {
    MockBackend backend;
    HookcastServer server(defaultVhost(kPatient + hooksTo(backend)));
    {
        RtspPublisher publisher(server.rtspPort(), "live/show" + GetParam());
        publisher.send(true, 0);
        publisher.sync();
        RtspPlayer player(server.rtspPort(), "live/show" + GetParam());
        player.expectPicture();
    }
    backend.waitForCall("on_close", 2);
    for (const HookCall& call : backend.calls()) {
        if (call.action() == "on_close") continue;
        EXPECT_EQ(call.text("param"), GetParam()) << call.action();
        EXPECT_EQ(call.text("stream"), "show") << call.action();
    }
}

INSTANTIATE_TEST_SUITE_P(Rtsp, RtspQueryStrings,
                         testing::Values("?token=a%20b&x=%2F+\"", "?a=1&a=2&&b", "?x=\\u0000\\\"<>&'",
                                         "?name=Gr\xC3\xBC\xC3\x9F"
                                         "e-\xE2\x82\xAC-\xF0\x9F\x8E\xA5",
                                         "?sign=d2fa801d==/+%00", "?redirect=rtsp://other/live?x=1",
                                         "?path=/trackID=x/streamid=7"));

TEST(RtspUrls, AreAskedInTheirOrderAndTheRefusalEndsThose) {
    MockBackend backend;
    backend.addRule(R"({"match":{"query":"n=2"},"reply":{"body":"1"}})");
    HookcastServer server(defaultVhost(
        kPatient + fmt::format("http_hooks {{ enabled on; on_publish {0}?n=1 {0}?n=2 {0}?n=3; on_unpublish {0}?end=1 "
                               "{0}?end=2 {0}?end=3; }}",
                               backend.url("/api/v1/streams"))));
    RtspClient client(server.rtspPort());
    const std::string url = server.rtspUrl("live/show");
    client.require("ANNOUNCE", url, {}, avcSdp());
    client.require("SETUP", url + "/streamid=0", {{"Transport", kTransport}});
    EXPECT_EQ(client.request("RECORD", url).status, 403);
    client.expectClosed();
    backend.waitForCall("on_unpublish");
    std::vector<std::string> queries;
    for (const HookCall& call : backend.calls()) queries.push_back(call.query);
    EXPECT_THAT(queries, ElementsAre("n=1", "n=2", "end=1"));
}

TEST(RealRtspEncoder, ParametersReachTheBackendByteForByte) {
    MockBackend backend;
    HookcastServer server(defaultVhost(hooksTo(backend)));
    runFfmpeg({"-i", h264AacClip(), "-c", "copy", "-f", "rtsp", "-rtsp_transport", "tcp",
               server.rtspUrl("live/show?token=a%20b&x=%2F+")});
    const HookCall call = backend.waitForCall("on_publish");
    EXPECT_EQ(call.text("stream"), "show");
    EXPECT_EQ(call.text("param"), "?token=a%20b&x=%2F+");
    EXPECT_EQ(backend.waitForCall("on_unpublish").text("param"), "?token=a%20b&x=%2F+");
}

} // namespace
} // namespace hookcast::integration
