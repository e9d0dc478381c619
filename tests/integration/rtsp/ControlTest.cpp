#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/RtspSessions.h"

#include "rtp/Rtcp.h"
#include "rtp/RtpPacket.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <chrono>
#include <map>
#include <string>
#include <string_view>

namespace hookcast::integration {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

constexpr const char* kPatient = "publish { firstpkt_timeout 600000; normal_timeout 600000; }";

/// Players over TCP and over UDP.
class Control : public testing::TestWithParam<RtpWay> {
  protected:
    explicit Control(const std::map<std::string, std::string>& environment = {})
        : server_(defaultVhost(kPatient), environment), publisher_(server_.rtspPort()) {
        publisher_.send(true, 0);
        publisher_.sync();
    }

    RtspPlayer player(int receiveBufferBytes = 0) {
        return RtspPlayer(server_.rtspPort(), "live/show", GetParam(), receiveBufferBytes);
    }

    HookcastServer server_;
    RtspPublisher publisher_;
};

TEST_P(Control, PlayerBeginsAtTheKeyframeThatIsThere) {
    RtspPlayer player = this->player();
    const auto picture = player.expectPicture();
    EXPECT_TRUE(picture.keyframe);
    EXPECT_EQ(picture.unit, avcPicture(true, 500, 0));
}

TEST_P(Control, PlayAnswerTellsWhereTheMediaBegins) {
    publisher_.send(false, 40);
    publisher_.send(true, 80);
    publisher_.sync();
    RtspPlayer player = this->player();
    const std::string info(player.playAnswer().headers.get("RTP-Info"));
    const auto picture = player.expectPicture();
    EXPECT_THAT(info, HasSubstr(fmt::format("url={}/trackID=0;", player.url())));
    EXPECT_THAT(info, HasSubstr(fmt::format("rtptime={}", picture.rtpTimestamp)));
    EXPECT_EQ(player.playAnswer().headers.get("Range"), "npt=now-");
}

TEST_P(Control, PausedPlayerGoesOnAtAKeyframe) {
    RtspPlayer player = this->player();
    player.expectPicture();
    player.client().require("PAUSE", player.url());
    publisher_.send(false, 40, 500, 1);
    publisher_.send(true, 80, 500, 2);
    publisher_.send(false, 120, 500, 3);
    publisher_.sync();
    player.client().require("PLAY", player.url());
    publisher_.send(false, 160, 500, 4);
    publisher_.send(true, 200, 500, 5);
    // The newest keyframe is still at hand, or the next one: never what stands between them.
    const auto picture = player.expectPicture();
    EXPECT_TRUE(picture.keyframe);
    EXPECT_THAT(picture.unit, testing::AnyOf(avcPicture(true, 500, 2), avcPicture(true, 500, 5)));
}

/// As a camera's clients do, which want its loudspeaker and go on without one.
TEST_P(Control, OptionsThatNobodyHasAreRefusedAndTheClientGoesOnWithout) {
    RtspClient client(server_.rtspPort());
    const std::string url = server_.rtspUrl("live/show");
    for (const char* method : {"OPTIONS", "DESCRIBE", "SETUP", "GET_PARAMETER"}) {
        const auto answer = client.request(method, url,
                                           {{"Require", "www.onvif.org/ver20/backchannel"},
                                            {"Proxy-Require", "com.example.x, com.example.y"},
                                            {"Transport", "RTP/AVP/TCP;unicast;interleaved=0-1"}});
        EXPECT_EQ(answer.status, rtsp::kOptionNotSupported) << method;
        EXPECT_EQ(answer.headers.get("Unsupported"), "www.onvif.org/ver20/backchannel, com.example.x, com.example.y");
        EXPECT_TRUE(answer.body.empty());
    }
    client.require("DESCRIBE", url, {{"Supported", "com.example.x"}});
    RtspPlayer player = this->player();
    const auto inSession = player.client().request("PAUSE", player.url(), {{"Require", "onvif-replay"}});
    EXPECT_EQ(inSession.status, rtsp::kOptionNotSupported);
    EXPECT_EQ(inSession.headers.get("Unsupported"), "onvif-replay");
    EXPECT_TRUE(player.expectPicture().keyframe);
}

TEST_P(Control, ConnectionCanBeUsedAgainAfterTeardown) {
    RtspPlayer player = this->player();
    player.expectPicture();
    RtspClient& client = player.client();
    const std::string session = client.session();
    client.require("TEARDOWN", player.url());
    EXPECT_EQ(client.request("PLAY", player.url()).status, 454);

    client.useSession("");
    EXPECT_EQ(client.request("PLAY", player.url()).status, 455);
    client.require("SETUP", player.url() + "/trackID=0", {{"Transport", "RTP/AVP/TCP;interleaved=0-1"}});
    EXPECT_NE(client.session(), session);
    client.require("PLAY", player.url());
    EXPECT_NE(client.expectFrame().payload.size(), 0U);
}

TEST_P(Control, PublishersEndIsSaidAndThenIsThePlayers) {
    RtspPlayer player = this->player();
    player.expectPicture();
    publisher_.client().require("TEARDOWN", publisher_.url());
    for (;;) {
        base::Bytes packet;
        if (GetParam() == RtpWay::Udp) {
            packet = player.udp().front().receiveRtcp().value();
        } else {
            const auto frame = player.client().expectFrame();
            if (frame.channel == 1) packet = frame.payload;
        }
        const auto reports = rtp::parseRtcp(packet);
        if (reports && !reports.value().goodbyes.empty()) break;
    }
    player.client().expectClosed();
    server_.waitForLog("the publisher has left");
}

INSTANTIATE_TEST_SUITE_P(Rtsp, Control, testing::Values(RtpWay::Tcp, RtpWay::Udp),
                         [](const auto& test) { return test.param == RtpWay::Tcp ? "Tcp" : "Udp"; });

TEST(Timeouts, UdpPlayerWithoutSignOfLifeIsClosed) {
    HookcastServer server(defaultVhost(kPatient), {{"SRS_RTSP_SERVER_SESSION_TIMEOUT", "1000"}});
    RtspPublisher publisher(server.rtspPort());
    publisher.send(true, 0);
    publisher.sync();
    RtspPlayer silent(server.rtspPort(), "live/show", RtpWay::Udp);
    EXPECT_THAT(silent.client().session(), SizeIs(testing::Gt(8U)));
    silent.client().expectClosed();
    server.waitForLog("no sign of life within session_timeout");
}

/// What keeps a player over UDP alive.
class SignsOfLife : public testing::TestWithParam<std::string> {};

TEST_P(SignsOfLife, KeepAUdpPlayer) {
    // Long enough for a sign that a busy machine keeps for a while.
    HookcastServer server(defaultVhost(kPatient), {{"SRS_RTSP_SERVER_SESSION_TIMEOUT", "4000"}});
    RtspPublisher publisher(server.rtspPort());
    publisher.send(true, 0);
    publisher.sync();
    RtspPlayer player(server.rtspPort(), "live/show", RtpWay::Udp);
    const RtspPlayer silent(server.rtspPort(), "live/show", RtpWay::Udp); // who comes later and goes first
    while (server.closedLines().empty()) {
        if (GetParam() == "rtcp")
            player.udp().front().sendRtcp(rtp::writeReceiverReport({7, {}}, "test"));
        else
            player.client().require(GetParam(), player.url());
        ASSERT_FALSE(player.client().tcp().waitReadable(Deadline(std::chrono::milliseconds(100))));
    }
    EXPECT_THAT(server.closedLines(), ElementsAre(HasSubstr("no sign of life within session_timeout")));
}

INSTANTIATE_TEST_SUITE_P(Rtsp, SignsOfLife, testing::Values("rtcp", "GET_PARAMETER", "OPTIONS", "SET_PARAMETER"),
                         [](const auto& test) { return test.param; });

TEST(Timeouts, TcpPlayerNeedsNone) {
    HookcastServer server(defaultVhost(kPatient), {{"SRS_RTSP_SERVER_SESSION_TIMEOUT", "1000"}});
    RtspPublisher publisher(server.rtspPort());
    publisher.send(true, 0);
    publisher.sync();
    RtspPlayer player(server.rtspPort());
    player.expectPicture();
    EXPECT_FALSE(player.client().tcp().waitReadable(Deadline(std::chrono::milliseconds(2500))));
    publisher.send(false, 40);
    player.expectPicture();
}

TEST(Timeouts, PublisherOverUdpThatFallsSilentIsClosed) {
    HookcastServer server(defaultVhost("publish { firstpkt_timeout 600000; normal_timeout 500; }"));
    RtspPublisher publisher(server.rtspPort(), "live/show", RtpWay::Udp);
    publisher.send(true, 0);
    publisher.client().expectClosed();
    server.waitForLog("the publisher sent no media within normal_timeout");
}

TEST(Vhosts, WithoutRtspAnswerNotFound) {
    MockBackend backend;
    HookcastServer server(defaultVhost("rtsp { enabled off; }\n" + hooksTo(backend)));
    RtspClient client(server.rtspPort());
    EXPECT_EQ(client.request("DESCRIBE", server.rtspUrl("live/show")).status, 404);
    client.expectClosed();
    server.waitForLog("vhost __defaultVhost__ does not serve RTSP");
    EXPECT_THAT(backend.calls(), SizeIs(0));
}

TEST(Vhosts, AreNamedByTheHostOrTheQuery) {
    MockBackend backend;
    HookcastServer server(vhost("cams.example.com", std::string(kPatient) + "\n" + hooksTo(backend)) +
                          defaultVhost("rtsp { enabled off; }"));
    RtspPublisher publisher(server.rtspPort(), "live/show?vhost=cams.example.com&key=1");
    publisher.send(true, 0);
    publisher.sync();
    RtspClient player(server.rtspPort());
    EXPECT_EQ(player.request("DESCRIBE", "rtsp://cams.example.com/live/show").status, 200);
    EXPECT_EQ(backend.waitForCall("on_publish").text("vhost"), "cams.example.com");
    EXPECT_EQ(backend.waitForCall("on_publish").text("param"), "?vhost=cams.example.com&key=1");
}

TEST(Streams, ThatNobodyPublishesAreNotFound) {
    HookcastServer server(defaultVhost());
    RtspClient client(server.rtspPort());
    EXPECT_EQ(client.request("DESCRIBE", server.rtspUrl("live/show")).status, 404);
    // The client may ask again when it is there.
    RtspPublisher publisher(server.rtspPort());
    publisher.send(true, 0);
    publisher.sync();
    EXPECT_EQ(client.request("DESCRIBE", server.rtspUrl("live/show")).status, 200);
}

} // namespace
} // namespace hookcast::integration
