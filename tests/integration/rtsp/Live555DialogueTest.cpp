// Many cameras' viewers stand on LIVE555, which Debian 12 has no package of: its client's words, and what it insists on
// in the answers, are spoken here by hand.
#include "support/Configs.h"
#include "support/FfmpegRun.h"
#include "support/HookcastServer.h"
#include "support/RtspSessions.h"
#include "support/TestMedia.h"

#include "rtp/Rtcp.h"
#include "rtp/RtpPacket.h"
#include "rtp/Sdp.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::SizeIs;

constexpr const char* kPatient = "publish { firstpkt_timeout 600000; normal_timeout 600000; }";
constexpr std::size_t kPackets = 20;

class Live555Dialogue : public testing::TestWithParam<RtpWay> {
  protected:
    struct Track {
        std::uint16_t firstSequence = 0; ///< of RTP-Info
        std::uint32_t firstTimestamp = 0;
        std::uint32_t clockRate = 0;
        unsigned channel = 0;
        UdpPortPair ports;
        std::vector<rtp::RtpHeader> received;
    };

    rtsp::RtspResponse ask(const char* method, const std::string& url, RtspClient::Headers headers = {}) {
        headers.emplace(headers.begin(), "User-Agent", "openRTSP (LIVE555 Streaming Media v2022.07.14)");
        return client_.require(method, url, headers);
    }

    /// It has its control URLs relative to Content-Base, and sends to the server unless the description says otherwise.
    void describe() {
        EXPECT_THAT(std::string(ask("OPTIONS", url_).headers.get("Public")),
                    AllOf(HasSubstr("DESCRIBE"), HasSubstr("SETUP"), HasSubstr("PLAY"), HasSubstr("TEARDOWN")));
        const rtsp::RtspResponse answer = ask("DESCRIBE", url_, {{"Accept", "application/sdp"}});
        base_ = answer.headers.get("Content-Base");
        EXPECT_EQ(base_, url_ + "/");
        const std::string text(base::asText(answer.body));
        EXPECT_THAT(text, HasSubstr("\r\nc=IN IP4 0.0.0.0\r\n"));
        description_ = rtp::parseSdp(text).value();
    }

    void setUp(const rtp::SdpMedia& media) {
        Track& track = tracks_.emplace_back();
        track.clockRate = media.clockRate;
        const bool isTcp = GetParam() == RtpWay::Tcp;
        const std::size_t channel = 2 * (tracks_.size() - 1);
        const std::string transport = isTcp ? fmt::format("RTP/AVP/TCP;unicast;interleaved={}-{}", channel, channel + 1)
                                            : track.ports.transport();
        const rtsp::RtspResponse answer = ask("SETUP", base_ + media.control, {{"Transport", transport}});
        int timeoutSec = 0;
        EXPECT_EQ(std::sscanf(std::string(answer.headers.get("Session")).c_str(), "%*[^;]; timeout = %d", &timeoutSec),
                  1);
        EXPECT_EQ(timeoutSec, 60);
        const std::string granted(answer.headers.get("Transport"));
        EXPECT_THAT(granted, HasSubstr(";unicast;"));
        if (isTcp) {
            const std::size_t at = granted.find("interleaved=");
            ASSERT_NE(at, std::string::npos);
            track.channel = static_cast<unsigned>(std::stoul(granted.substr(at + 12)));
        } else {
            track.ports.setServer(granted);
            // It opens ways through firewalls with four bytes to each port.
            const base::Bytes dummy = {0xFE, 0xED, 0xFA, 0xCE};
            track.ports.sendRtp(dummy);
            track.ports.sendRtcp(dummy);
        }
    }

    /// The whole session is played at Content-Base. RTP-Info has an entry for each track, in their order.
    void play() {
        const rtsp::RtspResponse answer = ask("PLAY", base_, {{"Range", "npt=0.000-"}});
        int length = 0;
        std::sscanf(std::string(answer.headers.get("Range")).c_str(), "npt = now -%n", &length);
        EXPECT_GT(length, 0);
        std::string info(answer.headers.get("RTP-Info"));
        for (Track& track : tracks_) {
            EXPECT_EQ(
                std::sscanf(info.c_str(), "%*[^;];seq=%hu;rtptime=%u", &track.firstSequence, &track.firstTimestamp), 2)
                << info;
            info.erase(0, std::min(info.find(','), info.size() - 1) + 1);
        }
    }

    void receive() {
        for (Track& track : tracks_)
            while (track.received.size() < kPackets) keep(GetParam() == RtpWay::Tcp ? nextOfTcp() : nextOfUdp(track));
    }

    struct Packet {
        Track* track;
        base::Bytes bytes;
    };

    Packet nextOfTcp() {
        for (;;) {
            RtspClient::Frame frame = client_.expectFrame();
            for (Track& track : tracks_)
                if (frame.channel == track.channel) return {&track, std::move(frame.payload)};
        }
    }

    static Packet nextOfUdp(Track& track) { return {&track, track.ports.receiveRtp().value()}; }

    static void keep(const Packet& packet) {
        packet.track->received.push_back(rtp::RtpPacketView::parse(packet.bytes).value().header);
    }

    void report() {
        const base::Bytes report = rtp::writeReceiverReport({4711, {}}, "viewer");
        for (const Track& track : tracks_) {
            if (GetParam() == RtpWay::Tcp)
                client_.sendFrame(static_cast<std::uint8_t>(track.channel + 1), report);
            else
                track.ports.sendRtcp(report);
        }
    }

    HookcastServer server_{defaultVhost(kPatient)};
    FfmpegRun publisher_{
        {"-re", "-stream_loop", "-1", "-i", h264AacClip(), "-c", "copy", "-f", "flv", server_.url("live/show")}};
    std::string published_ = server_.waitForLog("publishes __defaultVhost__/live/show");
    RtspClient client_{server_.rtspPort()};
    std::string url_ = server_.rtspUrl("live/show?token=a/b&x=1");
    std::string base_;
    rtp::Sdp description_;
    std::deque<Track> tracks_;
};

TEST_P(Live555Dialogue, PlaysBothTracksFromWhereRtpInfoSays) {
    describe();
    EXPECT_EQ(description_.control, "*");
    ASSERT_THAT(description_.media, SizeIs(2));
    for (const rtp::SdpMedia& media : description_.media) setUp(media);
    play();
    receive();
    for (const Track& track : tracks_) {
        EXPECT_EQ(track.received.front().sequence, track.firstSequence);
        // The times of both stand for one moment (RFC 2326, 12.33), and the first packets are not far behind it.
        EXPECT_LT(track.received.front().timestamp - track.firstTimestamp, track.clockRate);
        for (std::size_t i = 0; i < kPackets; ++i)
            EXPECT_EQ(track.received[i].sequence, static_cast<std::uint16_t>(track.firstSequence + i));
    }
    report();
    // It keeps its session alive with either.
    ask("OPTIONS", url_);
    ask("GET_PARAMETER", base_);
    // It does not wait for the last answer.
    client_.send("TEARDOWN", base_);
    client_.tcp().close();
    server_.waitForLog("] closed: ");
    EXPECT_THAT(server_.closedLines(), SizeIs(1));
    EXPECT_EQ(server_.log().count("[warn]"), 0U);
}

INSTANTIATE_TEST_SUITE_P(Rtsp, Live555Dialogue, testing::Values(RtpWay::Tcp, RtpWay::Udp),
                         [](const auto& test) { return test.param == RtpWay::Tcp ? "Tcp" : "Udp"; });

} // namespace
} // namespace hookcast::integration
