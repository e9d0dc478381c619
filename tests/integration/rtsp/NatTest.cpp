// RTP over UDP from another port than the publisher has announced.
#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/RtspSessions.h"
#include "support/UdpPortPair.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>

namespace hookcast::integration {
namespace {

constexpr const char* kPatient = "publish { firstpkt_timeout 600000; normal_timeout 600000; }";

/// A publisher that has announced ports which it does not send from.
class BehindNat : public testing::Test {
  protected:
    void record(const std::string& transport = "") {
        const std::string url = server_.rtspUrl("live/show");
        client_.require("ANNOUNCE", url, {{"Content-Type", "application/sdp"}}, avcSdp());
        const auto answer = client_.require("SETUP", url + "/streamid=0",
                                            {{"Transport", announced_.transport(";mode=record" + transport)}});
        for (UdpPortPair* const ports : {&announced_, &mapped_, &stranger_})
            ports->setServer(answer.headers.get("Transport"));
        client_.require("RECORD", url);
    }

    void send(const UdpPortPair& from, std::int64_t ptsMs, unsigned seed) {
        for (const base::Bytes& packet : packets_.of(true, ptsMs, 500, seed)) from.sendRtp(packet);
    }

    /// One that fits in where the publisher's next would, but for its source.
    void sendAsStranger(std::int64_t ptsMs, unsigned seed) {
        AvcPackets copy;
        copy.jump(static_cast<int>(sent_));
        for (base::Bytes packet : copy.of(true, ptsMs, 500, seed)) {
            packet[8] = 0x99;
            stranger_.sendRtp(packet);
        }
    }

    HookcastServer server_{defaultVhost(kPatient)};
    RtspClient client_{server_.rtspPort()};
    UdpPortPair announced_;
    UdpPortPair mapped_;
    UdpPortPair stranger_;
    AvcPackets packets_;
    unsigned sent_ = 0;
};

TEST_F(BehindNat, ItsMediaIsTaken) {
    record();
    send(mapped_, 0, 1);
    send(mapped_, 40, 2);
    RtspPlayer player(server_.rtspPort());
    const base::Bytes second = avcPicture(true, 500, 2);
    while (player.expectPicture().unit != second) {
    }
    EXPECT_EQ(server_.log().count("dropped "), 0U);
}

TEST_F(BehindNat, AStrangerOfItsAddressIsNotHeard) {
    record();
    send(mapped_, 0, 1);
    send(mapped_, 40, 2);
    RtspPlayer player(server_.rtspPort());
    while (player.expectPicture().unit != avcPicture(true, 500, 2)) {
    }
    for (int i = 0; i < 10; ++i) sendAsStranger(80, 66);
    send(mapped_, 80, 3);
    send(mapped_, 120, 4);
    EXPECT_EQ(player.expectPicture().unit, avcPicture(true, 500, 3));
    EXPECT_EQ(player.expectPicture().unit, avcPicture(true, 500, 4));
    EXPECT_THAT(server_.waitForLog("dropped "), testing::HasSubstr("with another SSRC than the client's"));
}

TEST_F(BehindNat, WhoNamesItsSourceIsKnownBeforeItSends) {
    record(";ssrc=00001234"); // that of AvcPackets
    sendAsStranger(0, 66);
    server_.waitForLog("with another SSRC than the client's");
    send(mapped_, 0, 1);
    send(mapped_, 40, 2);
    RtspPlayer player(server_.rtspPort());
    EXPECT_EQ(player.expectPicture().unit, avcPicture(true, 500, 2));
}

/// Where it sends from what it announced, there is no NAT, and it may begin anew with another source.
TEST_F(BehindNat, TheAnnouncedPortCountsInAnyCase) {
    record();
    sendAsStranger(0, 66);
    send(announced_, 0, 1);
    send(announced_, 40, 2);
    send(announced_, 80, 3);
    RtspPlayer player(server_.rtspPort());
    while (player.expectPicture().unit != avcPicture(true, 500, 3)) {
    }
}

} // namespace
} // namespace hookcast::integration
