// rtsp_server and vhost.rtsp.
#include "effects/Effect.h"

#include "support/Configs.h"
#include "support/FreePort.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/OwnServer.h"
#include "support/RtspClient.h"
#include "support/RtspSessions.h"
#include "support/SrtpPlayer.h"
#include "support/TlsHookcast.h"
#include "support/UdpPortPair.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace hookcast::integration {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr int kOk = 200;

/// A server whose rtsp_server has `directives`; HookcastServer's own block is a second one, which does not count.
class RtspServer {
  public:
    explicit RtspServer(std::string_view directives, std::string_view vhost = "")
        : server_(fmt::format("rtsp_server {{ enabled on; listen 127.0.0.1:{}; {} }}\n"
                              "vhost __defaultVhost__ {{ min_latency on; {} }}\n",
                              port_.number(), directives, vhost)) {}

    std::uint16_t port() const { return port_.number(); }
    const HookcastServer& server() const { return server_; }

  private:
    FreePort port_;
    HookcastServer server_;
};

int statusOfOptions(std::uint16_t port) {
    RtspClient client(port);
    return client.request("OPTIONS", "*").status;
}

void enabled() {
    EXPECT_EQ(statusOfOptions(RtspServer("").port()), kOk);
    const FreePort port;
    const OwnServer off({}, fmt::format("rtsp_server {{ enabled off; listen 127.0.0.1:{}; }}\n"
                                        "vhost __defaultVhost__ {{ }}\n",
                                        port.number()));
    off.waitForListener();
    EXPECT_THROW(TcpClient(port.number()), std::runtime_error);
}

void listen() {
    const FreePort one;
    const FreePort other;
    const HookcastServer server(fmt::format("rtsp_server {{ enabled on; listen 127.0.0.1:{} 127.0.0.1:{}; }}\n"
                                            "vhost __defaultVhost__ {{ }}\n",
                                            one.number(), other.number()));
    EXPECT_EQ(statusOfOptions(one.number()), kOk);
    EXPECT_EQ(statusOfOptions(other.number()), kOk);
}

/// A publisher that has asked for ports.
class PortSeeker {
  public:
    PortSeeker(std::uint16_t port, const std::string& stream) : client_(port) {
        const std::string url = rtspUrl(port, "live/" + stream);
        client_.require("ANNOUNCE", url, {{"Content-Type", "application/sdp"}}, avcSdp());
        answer_ = client_.request("SETUP", url + "/streamid=0", {{"Transport", own_.transport(";mode=record")}});
    }

    int status() const { return answer_.status; }
    unsigned serverPort() const {
        const std::string transport(answer_.headers.get("Transport"));
        return static_cast<unsigned>(std::stoul(transport.substr(transport.find("server_port=") + 12)));
    }

  private:
    RtspClient client_;
    UdpPortPair own_;
    rtsp::RtspResponse answer_;
};

void rtpPortMin() {
    const FreePort lowest;
    const unsigned min = lowest.number();
    const RtspServer rtsp(fmt::format("rtp_port_min {}; rtp_port_max {};", min, min + 20));
    const PortSeeker seeker(rtsp.port(), "show");
    EXPECT_GE(seeker.serverPort(), min);
    EXPECT_LE(seeker.serverPort(), min + 20);
}

void rtpPortMax() {
    const FreePort lowest;
    const unsigned even = lowest.number() / 2U * 2U;
    const RtspServer rtsp(fmt::format("rtp_port_min {}; rtp_port_max {};", even, even + 1));
    const PortSeeker first(rtsp.port(), "one");
    const PortSeeker second(rtsp.port(), "other");
    EXPECT_EQ(first.serverPort(), even);
    EXPECT_NE(second.status(), kOk) << "there are no more";
}

void sessionTimeout() {
    const RtspServer rtsp("session_timeout 1000;");
    RtspPublisher publisher(rtsp.port());
    publisher.send(true, 0);
    publisher.sync();
    RtspPlayer player(rtsp.port(), "live/show", RtpWay::Udp);
    player.client().expectClosed();
    rtsp.server().waitForLog("closed: the player showed no sign of life within session_timeout");
}

/// For how long pictures that come behind a packet that is lost are on their way.
milliseconds delayBehindGap(std::string_view directives) {
    const RtspServer rtsp(directives, "publish { normal_timeout 60000; }");
    RtspPublisher publisher(rtsp.port(), "live/show", RtpWay::Udp);
    for (unsigned i = 0; i < 10; ++i) publisher.send(true, i * 40, 500, i);
    RtspPlayer player(rtsp.port());
    player.expectPicture();
    publisher.packets().jump(1);
    const Clock::time_point began = Clock::now();
    for (unsigned i = 10; i < 30; ++i) publisher.send(true, i * 40, 500, i);
    const base::Bytes wanted = avcPicture(true, 500, 15);
    while (player.expectPicture().unit != wanted) {
    }
    return std::chrono::duration_cast<milliseconds>(Clock::now() - began);
}

void reorderWait() {
    EXPECT_GE(delayBehindGap("reorder_wait 1500;"), milliseconds(1200));
}

void reorderPackets() {
    // They wait as long as they may, unless there are so many.
    EXPECT_LT(delayBehindGap("reorder_wait 5000; reorder_packets 4;"), delayBehindGap("reorder_wait 5000;"));
}

void defaultApp() {
    const auto logWith = [](std::string_view directives) {
        const RtspServer rtsp(directives);
        const RtspPublisher publisher(rtsp.port(), "cam1");
        return rtsp.server().waitForLog("publishes ");
    };
    EXPECT_THAT(logWith("default_app cameras;"), testing::HasSubstr("__defaultVhost__/cameras/cam1"));
    EXPECT_THAT(logWith(""), testing::HasSubstr("__defaultVhost__/live/cam1"));
}

void vhostEnabled() {
    const RtspServer rtsp("", "rtsp { enabled off; }");
    RtspClient client(rtsp.port());
    const rtsp::RtspResponse answer =
        client.request("ANNOUNCE", rtspUrl(rtsp.port(), "live/show"), {{"Content-Type", "application/sdp"}}, avcSdp());
    EXPECT_NE(answer.status, kOk);
}

/// What somebody is answered who does not say who he is.
rtsp::RtspResponse answerTo(std::string_view vhost) {
    MockBackend backend;
    const RtspServer rtsp("", std::string(vhost) + hooksTo(backend));
    RtspClient client(rtsp.port());
    return client.request("ANNOUNCE", rtspUrl(rtsp.port(), "live/show"), {{"Content-Type", "application/sdp"}},
                          avcSdp());
}

void rtspAuth() {
    EXPECT_EQ(answerTo("").status, kOk);
    const rtsp::RtspResponse answer = answerTo("rtsp_auth basic;");
    EXPECT_EQ(answer.status, 401);
    EXPECT_THAT(std::string(answer.headers.get("WWW-Authenticate")), testing::StartsWith("Basic realm=\"hookcast\""));
}

void rtspRealm() {
    const rtsp::RtspResponse answer = answerTo("rtsp_auth digest; rtsp_realm cameras;");
    EXPECT_THAT(std::string(answer.headers.get("WWW-Authenticate")), testing::StartsWith("Digest realm=\"cameras\""));
}

/// The profile that a description over RTSPS has, and what a SETUP of SRTP is answered there.
struct Offer {
    std::string description;
    int setUp = 0;
};

Offer offerWith(const std::string& vhost) {
    const TlsHookcast hookcast(defaultVhost("publish { normal_timeout 60000; } " + vhost));
    RtspPublisher publisher(hookcast.rtspPort());
    publisher.send(true, 0);
    publisher.sync();
    const auto relay = hookcast.relayTo(hookcast.rtspsPort());
    RtspClient client(relay->port());
    const std::string url = rtspUrl(relay->port(), "live/show");
    const rtsp::RtspResponse description = client.require("DESCRIBE", url);
    const RtspClient::Headers headers = {{"Transport", "RTP/SAVP/TCP;unicast;interleaved=0-1"},
                                         keyMgmtOf(testKeying(7))};
    return {std::string(base::asText(description.body)), client.request("SETUP", url + "/trackID=0", headers).status};
}

void rtspSrtp() {
    const Offer byDefault = offerWith("");
    EXPECT_THAT(byDefault.description, testing::HasSubstr("RTP/AVP"));
    EXPECT_EQ(byDefault.setUp, kOk);
    const Offer toAll = offerWith("rtsp_srtp on;");
    EXPECT_THAT(toAll.description, testing::HasSubstr("RTP/SAVP"));
    EXPECT_EQ(toAll.setUp, kOk);
    const Offer toNobody = offerWith("rtsp_srtp off;");
    EXPECT_THAT(toNobody.description, testing::HasSubstr("RTP/AVP"));
    EXPECT_EQ(toNobody.setUp, 461);
}

} // namespace

Effects rtspEffects() {
    return {
        {"rtsp_server.enabled", enabled},
        {"rtsp_server.listen", listen},
        {"rtsp_server.rtp_port_min", rtpPortMin},
        {"rtsp_server.rtp_port_max", rtpPortMax},
        {"rtsp_server.session_timeout", sessionTimeout},
        {"rtsp_server.reorder_wait", reorderWait},
        {"rtsp_server.reorder_packets", reorderPackets},
        {"rtsp_server.default_app", defaultApp},
        {"vhost.rtsp.enabled", vhostEnabled},
        {"vhost.rtsp_auth", rtspAuth},
        {"vhost.rtsp_realm", rtspRealm},
        {"vhost.rtsp_srtp", rtspSrtp},
    };
}

} // namespace hookcast::integration
