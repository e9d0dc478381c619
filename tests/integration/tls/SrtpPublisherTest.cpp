// Publishers by SRTP that do what real ones do not.
#include "tls/SrtpFixture.h"

#include "rtsp/KeyManagement.h"

#include <gmock/gmock.h>

#include <sys/uio.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace hookcast::integration {
namespace {

using base::Bytes;

/// A publisher that speaks SRTP, and tells its key by SETUP, or in its description's section of the track.
class SrtpPublisher {
  public:
    SrtpPublisher(std::uint16_t port, RtpWay way, const RtspClient::Headers& keyMgmt, const std::string& keyLine)
        : client_(port), url_(rtspUrl(port, "live/show")), out_(srtp::Outbound::make(testKeying(5)).take()) {
        std::string sdp = avcSdp() + keyLine;
        sdp.replace(sdp.find("RTP/AVP"), 7, "RTP/SAVP");
        client_.require("ANNOUNCE", url_, {{"Content-Type", "application/sdp"}}, sdp);
        RtspClient::Headers headers = keyMgmt;
        std::string transport = "RTP/SAVP/TCP;unicast;interleaved=0-1;mode=record";
        if (way == RtpWay::Udp) {
            udp_.emplace();
            transport = udp_->transport(";mode=record");
            transport.replace(transport.find("RTP/AVP"), 7, "RTP/SAVP");
        }
        headers.emplace_back("Transport", transport);
        const auto answer = client_.require("SETUP", url_ + "/streamid=0", headers);
        if (udp_) udp_->setServer(answer.headers.get("Transport"));
        in_ = srtp::Inbound::make(rtsp::parseKeyMgmt(answer.headers.get("KeyMgmt")).take()).take();
        client_.require("RECORD", url_);
    }

    void send(bool keyframe, std::int64_t ptsMs, unsigned seed) {
        for (Bytes& packet : packets_.of(keyframe, ptsMs, 500, seed)) {
            const iovec piece{packet.data(), packet.size()};
            sendPacket(out_->rtp({&piece, 1}));
        }
    }
    void sendPlain(std::int64_t ptsMs, unsigned seed) {
        for (const Bytes& packet : packets_.of(true, ptsMs, 500, seed)) sendPacket(packet);
    }
    bool understandsReport() {
        Bytes report;
        if (udp_) {
            report = udp_->receiveRtcp().value_or(Bytes());
        } else {
            RtspClient::Frame frame = client_.expectFrame();
            report = std::move(frame.payload);
        }
        return in_->rtcp(report).has_value();
    }
    void sync() { client_.require("GET_PARAMETER", url_); }

  private:
    void sendPacket(base::ByteSpan packet) {
        if (udp_)
            udp_->sendRtp(packet);
        else
            client_.sendFrame(0, packet);
    }

    RtspClient client_;
    std::string url_;
    std::optional<UdpPortPair> udp_;
    std::unique_ptr<srtp::Outbound> out_;
    std::unique_ptr<srtp::Inbound> in_;
    AvcPackets packets_;
};

class SrtpPublishers : public SrtpOverEach {
  protected:
    void publishes(const RtspClient::Headers& keyMgmt, const std::string& keyLine) {
        SrtpPublisher publisher(secure(), GetParam(), keyMgmt, keyLine);
        publisher.send(true, 0, 1);
        publisher.sync();
        server().waitForLog("publishes __defaultVhost__/live/show");
        RtspPlayer player(server().rtspPort());
        const auto described = player.client().request("DESCRIBE", player.url());
        publisher.sendPlain(40, 2);
        publisher.send(true, 80, 3);
        publisher.sync();
        for (;;) {
            const Bytes unit = player.expectPicture().unit;
            EXPECT_NE(unit, avcPicture(true, 500, 2)) << "it was not authentic";
            if (unit == avcPicture(true, 500, 3)) break;
        }
        server().waitForLog("dropped a packet that is not authentic");
        EXPECT_TRUE(publisher.understandsReport());
    }
};

TEST_P(SrtpPublishers, TellTheirKeysBySetUp) {
    publishes({keyMgmtOf(testKeying(5))}, "");
}

TEST_P(SrtpPublishers, TellTheirKeysByMikeyInTheirDescription) {
    publishes({}, rtsp::writeKeyMgmtLine(testKeying(5), 0).take());
}

TEST_P(SrtpPublishers, TellTheirKeysInTheClearInTheirDescription) {
    publishes({}, rtsp::writeCryptoLine(testKeying(5)));
}

INSTANTIATE_TEST_SUITE_P(Rtsps, SrtpPublishers, testing::Values(RtpWay::Tcp, RtpWay::Udp),
                         [](const auto& test) { return test.param == RtpWay::Tcp ? "tcp" : "udp"; });

using SrtpPublishing = Srtp;

TEST_F(SrtpPublishing, IsRefusedWithoutAKey) {
    EXPECT_ANY_THROW(SrtpPublisher(secure(), RtpWay::Tcp, {}, ""));
    server().waitForLog("SRTP without a key");
    EXPECT_ANY_THROW(SrtpPublisher(secure(), RtpWay::Tcp, {}, "a=crypto:1 AES_256_CM_HMAC_SHA1_80 inline:AAAA\r\n"));
    server().waitForLog("a crypto suite that is not known here");
}

TEST_F(SrtpPublishing, HasAllOfItsTracksOrNone) {
    RtspClient client(secure());
    const std::string url = rtspUrl(secure(), "live/show");
    const std::string audio = "m=audio 0 RTP/AVP 8\r\na=control:streamid=1\r\n";
    client.require("ANNOUNCE", url, {{"Content-Type", "application/sdp"}}, avcSdp() + audio);
    client.require("SETUP", url + "/streamid=0",
                   {{"Transport", "RTP/SAVP/TCP;interleaved=0-1;mode=record"}, keyMgmtOf(testKeying(5))});
    const auto setUp = [&](const std::string& profile) {
        const std::string transport = profile + "/TCP;interleaved=2-3;mode=record";
        return client.request("SETUP", url + "/streamid=1", {{"Transport", transport}, keyMgmtOf(testKeying(6))});
    };
    EXPECT_EQ(setUp("RTP/AVP").status, 461);
    EXPECT_EQ(setUp("RTP/SAVP").status, 200);
    server().waitForLog("tracks with SRTP and without it");
}

} // namespace
} // namespace hookcast::integration
