// The spellings of a stream's and its tracks' URLs that clients have.
#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/RtspSessions.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>

namespace hookcast::integration {
namespace {

constexpr const char* kPatient = "publish { firstpkt_timeout 600000; normal_timeout 600000; }\n";
constexpr const char* kTcp = "RTP/AVP/TCP;unicast;interleaved=0-1";
constexpr int kOk = 200;

/// How the URL of track 0 of `live/a?token=x&b=c` is written, behind the server's address. `*` is its control.
class TrackUrl : public testing::TestWithParam<std::string> {
  protected:
    std::string url(const std::string& path) const { return server_.rtspUrl(path); }
    std::string trackUrl(const std::string& control) const {
        std::string path = GetParam();
        return url(path.replace(path.find('*'), 1, control));
    }

    MockBackend backend_;
    HookcastServer server_{defaultVhost(kPatient + hooksTo(backend_))};
};

TEST_P(TrackUrl, IsTheTracksOfAPublisher) {
    for (const std::string control : {"stream=0", "trackID=0", "streamid=0", "video"}) {
        RtspClient client(server_.rtspPort());
        std::string sdp = avcSdp();
        sdp.replace(sdp.find("streamid=0"), 10, control);
        client.require("ANNOUNCE", url("live/a?token=x&b=c"), {{"Content-Type", "application/sdp"}}, sdp);
        EXPECT_EQ(client.request("SETUP", trackUrl(control), {{"Transport", kTcp}}).status, kOk) << control;
        EXPECT_EQ(client.request("RECORD", url("live/a?token=x&b=c")).status, kOk) << control;
        client.require("TEARDOWN", url("live/a"));
    }
    for (std::size_t i = 1; i <= 4; ++i) EXPECT_EQ(backend_.waitForCall("on_publish", i).text("param"), "?token=x&b=c");
}

TEST_P(TrackUrl, IsTheTracksOfAPlayer) {
    RtspPublisher publisher(server_.rtspPort(), "live/a");
    publisher.send(true, 0);
    publisher.sync();
    RtspClient client(server_.rtspPort());
    client.require("DESCRIBE", url("live/a?token=x&b=c"));
    EXPECT_EQ(client.request("SETUP", trackUrl("trackID=0"), {{"Transport", kTcp}}).status, kOk);
    EXPECT_EQ(client.request("PLAY", url("live/a/?token=x&b=c")).status, kOk);
    EXPECT_EQ(backend_.waitForCall("on_play").text("param"), "?token=x&b=c");
}

TEST_P(TrackUrl, OfAnotherStreamIsNone) {
    RtspPublisher publisher(server_.rtspPort(), "live/a");
    RtspPublisher other(server_.rtspPort(), "live/b");
    publisher.send(true, 0);
    publisher.sync();
    RtspClient client(server_.rtspPort());
    client.require("DESCRIBE", url("live/b?token=x&b=c"));
    EXPECT_EQ(client.request("SETUP", trackUrl("trackID=0"), {{"Transport", kTcp}}).status, 404);
    RtspClient announcer(server_.rtspPort());
    announcer.require("ANNOUNCE", url("live/c?token=x&b=c"), {{"Content-Type", "application/sdp"}}, avcSdp());
    EXPECT_EQ(announcer.request("SETUP", trackUrl("streamid=0"), {{"Transport", kTcp}}).status, 404);
}

INSTANTIATE_TEST_SUITE_P(Rtsp, TrackUrl,
                         testing::Values("live/a/*?token=x&b=c",
                                         // GStreamer's rtspclientsink orders the query anew.
                                         "live/a/*?b=c&token=x", "live/a?token=x&b=c/*", "live/a/*", "live/a//*",
                                         "live/a/*/?token=x&b=c", "live/%61/*?token=x&b=c"));

TEST(TrackUrls, MayNameAnotherVhostThanTheirStreamsByNoMeans) {
    HookcastServer server(vhost("cams.example.com", kPatient) + defaultVhost(kPatient));
    RtspPublisher publisher(server.rtspPort(), "live/show?vhost=cams.example.com");
    publisher.send(true, 0);
    publisher.sync();
    RtspClient client(server.rtspPort());
    client.require("DESCRIBE", server.rtspUrl("live/show?vhost=cams.example.com&key=1"));
    EXPECT_EQ(client.request("SETUP", server.rtspUrl("live/show/trackID=0?vhost=other"), {{"Transport", kTcp}}).status,
              404);
    // Without the query it is the target's, whatever vhost the host is.
    client.require("SETUP", server.rtspUrl("live/show/trackID=0"), {{"Transport", kTcp}});
    client.require("PLAY", server.rtspUrl("live/show/"));
    server.waitForLog("plays cams.example.com/live/show");
}

/// As GStreamer's rtspsrc does it: behind a query, the Content-Base ends with the stream's name.
TEST(TrackUrls, MayBeResolvedAsRfc3986SaysAndNameNoOtherStream) {
    HookcastServer server(defaultVhost(kPatient));
    RtspPublisher publisher(server.rtspPort(), "live/show");
    publisher.send(true, 0);
    publisher.sync();
    RtspClient client(server.rtspPort());
    client.require("DESCRIBE", server.rtspUrl("live/show?token=x"));
    EXPECT_EQ(client.request("SETUP", server.rtspUrl("other/trackID=0"), {{"Transport", kTcp}}).status, 404);
    client.require("SETUP", server.rtspUrl("live/trackID=0"), {{"Transport", kTcp}});
    client.require("PLAY", server.rtspUrl("live/show?token=x/"));
    server.waitForLog("plays __defaultVhost__/live/show");
    RtspClient plain(server.rtspPort());
    plain.require("DESCRIBE", server.rtspUrl("live/show"));
    EXPECT_EQ(plain.request("SETUP", server.rtspUrl("live/trackID=0"), {{"Transport", kTcp}}).status, 404);
}

TEST(BareNames, AreOfTheDefaultApp) {
    MockBackend backend;
    HookcastServer server(defaultVhost(kPatient + hooksTo(backend)));
    RtspPublisher publisher(server.rtspPort(), "cam1?token=x");
    publisher.send(true, 0);
    publisher.sync();
    server.waitForLog("publishes __defaultVhost__/live/cam1");
    const HookCall call = backend.waitForCall("on_publish");
    EXPECT_EQ(call.text("app"), "live");
    EXPECT_EQ(call.text("stream"), "cam1");
    EXPECT_EQ(call.text("param"), "?token=x");
    EXPECT_EQ(call.text("tcUrl"), server.rtspUrl("live"));
    for (const std::string path : {"cam1", "live/cam1", "cam1/?token=y", "/cam1"})
        EXPECT_EQ(RtspPlayer(server.rtspPort(), path).expectPicture().unit, avcPicture(true, 500, 0)) << path;
}

TEST(BareNames, AreNoWayFromOneStreamToAnother) {
    HookcastServer server(defaultVhost(kPatient));
    RtspPublisher publisher(server.rtspPort(), "cam1");
    RtspPublisher other(server.rtspPort(), "cam2");
    publisher.send(true, 0);
    publisher.sync();
    RtspClient client(server.rtspPort());
    client.require("DESCRIBE", server.rtspUrl("cam1"));
    EXPECT_EQ(client.request("SETUP", server.rtspUrl("cam2/trackID=0"), {{"Transport", kTcp}}).status, 404);
    client.require("SETUP", server.rtspUrl("cam1/trackID=0"), {{"Transport", kTcp}});
    EXPECT_EQ(client.request("PLAY", server.rtspUrl("cam2")).status, 404);
    EXPECT_EQ(client.request("PLAY", server.rtspUrl("studio/cam1")).status, 403);
}

/// Some clients name one before they have got one.
TEST(MadeUpSessions, CountOnlyWhereASessionIsNeeded) {
    HookcastServer server(defaultVhost(kPatient));
    int count = 0;
    for (const std::string session : {"12345678", "0;timeout=60", "; ;"}) {
        RtspClient client(server.rtspPort());
        const std::string url = server.rtspUrl("live/a" + std::to_string(++count));
        client.useSession(session);
        client.require("OPTIONS", url);
        client.useSession(session);
        client.require("ANNOUNCE", url, {{"Content-Type", "application/sdp"}}, avcSdp());
        client.useSession(session);
        EXPECT_EQ(client.request("RECORD", url).status, 454);
        client.useSession(session);
        client.require("SETUP", url + "/streamid=0", {{"Transport", kTcp}});
        EXPECT_NE(client.session(), session);
        const std::string ours = client.session();
        client.useSession(session);
        EXPECT_EQ(client.request("RECORD", url).status, 454);
        client.useSession(ours);
        client.require("RECORD", url);
    }
}

TEST(InterleavedChannels, AreOneTracksEach) {
    HookcastServer server(defaultVhost(kPatient));
    const std::string sdp = avcSdp() + "m=audio 0 RTP/AVP 0\r\na=control:streamid=1\r\n";
    for (const auto& [second, status] : {std::pair("0-1", 461), {"1-2", 461}, {"5-0", 461}, {"2-3", kOk}, {"", kOk}}) {
        RtspClient client(server.rtspPort());
        client.require("ANNOUNCE", server.rtspUrl("live/a"), {{"Content-Type", "application/sdp"}}, sdp);
        client.require("SETUP", server.rtspUrl("live/a/streamid=0"), {{"Transport", kTcp}});
        // Of the same track, the newest counts.
        client.require("SETUP", server.rtspUrl("live/a/streamid=0"), {{"Transport", kTcp}});
        const std::string wanted = *second == '\0' ? "" : fmt::format(";interleaved={}", second);
        const auto answer = client.request("SETUP", server.rtspUrl("live/a/streamid=1"),
                                           {{"Transport", "RTP/AVP/TCP;unicast" + wanted}});
        EXPECT_EQ(answer.status, status) << second;
        if (answer.status == kOk) {
            EXPECT_THAT(std::string(answer.headers.get("Transport")), testing::HasSubstr("interleaved=2-3"));
        }
        client.require("RECORD", server.rtspUrl("live/a"));
        client.require("TEARDOWN", server.rtspUrl("live/a"));
    }
}

} // namespace
} // namespace hookcast::integration
