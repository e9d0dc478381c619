// SRTP beside RTSPS, with players that do what real ones do not.
#include "tls/SrtpFixture.h"

#include "base/Base64.h"
#include "rtp/Sdp.h"
#include "rtsp/KeyManagement.h"
#include "srtp/Mikey.h"
#include "support/FreePort.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace hookcast::integration {
namespace {

using base::Bytes;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kSecureTcp = "RTP/SAVP/TCP;unicast;interleaved=0-1";
constexpr std::size_t kHeaderBytes = 12;

unsigned sequenceOf(const Bytes& packet) {
    return static_cast<unsigned>(packet.at(2)) << 8U | packet.at(3);
}

bool holds(const Bytes& bytes, base::ByteSpan part) {
    return std::search(bytes.begin(), bytes.end(), part.begin(), part.end()) != bytes.end();
}

RtspClient::Headers setUpWith(const std::string& keyMgmt) {
    return {{"Transport", kSecureTcp}, {"KeyMgmt", keyMgmt}};
}

TEST_P(SrtpOverEach, IsWhatLeavesForWhoAsksAndForNobodyElse) {
    RtspPublisher publisher(server().rtspPort());
    publisher.send(true, 0);
    publisher.sync();
    SrtpPlayer player(secure(), "live/show?srtp=mikey", GetParam(), testKeying(7));
    RtspPlayer plain(server().rtspPort());
    EXPECT_THAT(std::string(base::asText(player.description().body)), HasSubstr("m=video 0 RTP/SAVP 96"));
    EXPECT_THAT(std::string(player.setUpAnswer().headers.get("Transport")), HasSubstr("RTP/SAVP"));
    player.expectRtcp();
    for (unsigned i = 0; i < 20; ++i) publisher.send(false, 40 + i * 40, 500, i);
    const Bytes last = avcPicture(false, 500, 19);
    while (plain.expectPicture().unit != last) {
    }
    for (unsigned expected = 0;;) {
        const Bytes packet = player.expectRtp();
        EXPECT_TRUE(expected == 0 || sequenceOf(packet) == (expected & 0xFFFFU));
        expected = sequenceOf(packet) + 1;
        if (holds(packet, last)) break;
    }
}

TEST_P(SrtpOverEach, ShowsNothingOfTheMedia) {
    RtspPublisher publisher(server().rtspPort());
    publisher.send(true, 0, 500, 3);
    publisher.sync();
    SrtpPlayer player(secure(), "live/show", GetParam(), testKeying(7));
    const Bytes picture = avcPicture(true, 500, 3);
    const base::ByteSpan inside = base::ByteSpan(picture).subspan(20, 16);
    const auto opener = srtp::Inbound::make(player.serversKey()).take();
    for (;;) {
        const Bytes packet = player.expectPacket(false);
        EXPECT_FALSE(holds(packet, inside));
        const auto opened = opener->rtp(packet);
        ASSERT_TRUE(opened);
        if (holds({opened->begin(), opened->end()}, inside)) return;
    }
}

/// Its own description told of one, or none did, and then it has the tag that it wants.
TEST_P(SrtpOverEach, HasTheKeyThatDescriptionAndSetUpTell) {
    RtspPublisher publisher(server().rtspPort());
    publisher.send(true, 0);
    publisher.sync();
    const SrtpPlayer described(secure(), "live/show?srtp=mikey", GetParam(), testKeying(7, srtp::Tag::Bits32));
    const auto sdp = rtp::parseSdp(base::asText(described.description().body)).take();
    const auto told = rtsp::keyingIn(sdp.media.at(0).text).take();
    ASSERT_TRUE(told);
    EXPECT_EQ(*told, described.serversKey());
    EXPECT_EQ(told->tag, srtp::Tag::Bits80);

    SrtpPlayer notDescribed(secure(), "live/show", GetParam(), testKeying(7, srtp::Tag::Bits32));
    EXPECT_THAT(std::string(base::asText(notDescribed.description().body)), HasSubstr("m=video 0 RTP/AVP 96"));
    EXPECT_EQ(notDescribed.serversKey().tag, srtp::Tag::Bits32);
    EXPECT_NE(notDescribed.serversKey().key, described.serversKey().key);
    notDescribed.expectRtcp();
    notDescribed.expectRtp();
    EXPECT_EQ(linesWith(base::toBase64(notDescribed.serversKey().key.bytes)), 0U);
}

TEST_P(SrtpOverEach, DropsReportsThatAreNotAuthentic) {
    RtspPublisher publisher(server().rtspPort());
    publisher.send(true, 0);
    publisher.sync();
    SrtpPlayer player(secure(), "live/show", GetParam(), testKeying(7));
    const auto forger = srtp::Outbound::make(testKeying(8)).take();
    player.report(forger.get());
    player.report(forger.get());
    player.report();
    server().waitForLog("dropped RTCP that is not authentic");
    publisher.send(false, 40, 500, 9);
    while (!holds(player.expectRtp(), avcPicture(false, 500, 9))) {
    }
    player.client().require("TEARDOWN", player.url());
    server().waitForLog("2 packets of RTCP were not authentic");
    EXPECT_EQ(linesWith("dropped RTCP"), 1U);
}

INSTANTIATE_TEST_SUITE_P(Rtsps, SrtpOverEach, testing::Values(RtpWay::Tcp, RtpWay::Udp),
                         [](const auto& test) { return test.param == RtpWay::Tcp ? "tcp" : "udp"; });

/// A key is a player's own.
TEST_F(Srtp, EachPlayerHasItsKey) {
    RtspPublisher publisher(server().rtspPort());
    publisher.send(true, 0);
    publisher.sync();
    const SrtpPlayer one(secure(), "live/show?srtp=mikey", RtpWay::Tcp, testKeying(7));
    const SrtpPlayer other(secure(), "live/show?srtp=mikey", RtpWay::Tcp, testKeying(7));
    EXPECT_NE(one.serversKey().key, other.serversKey().key);
}

/// More than the connection takes at once: what has been protected waits, and so do replies.
TEST_F(Srtp, WhoReadsLateGetsAllInOrder) {
    RtspPublisher publisher(server().rtspPort());
    publisher.send(true, 0);
    publisher.sync();
    SrtpPlayer player(secure(), "live/show", RtpWay::Tcp, testKeying(7), 4096);
    unsigned expected = sequenceOf(player.expectRtp()) + 1;
    constexpr unsigned kPictures = 600;
    const auto half = [&](unsigned from) {
        for (unsigned i = from; i < from + kPictures / 2; ++i) publisher.send(false, 40 + i, 20'000, i);
        publisher.sync();
    };
    half(0);
    const std::uint32_t asked = player.client().send("GET_PARAMETER", player.url());
    half(kPictures / 2);
    const Bytes last = avcPicture(false, 20'000, kPictures - 1);
    const base::ByteSpan end = base::ByteSpan(last).last(100);
    for (;; ++expected) {
        const Bytes packet = player.expectRtp();
        ASSERT_EQ(sequenceOf(packet), expected & 0xFFFFU);
        if (holds(packet, end)) break;
    }
    EXPECT_EQ(player.client().expectAnswer(asked).status, 200);
    player.client().require("TEARDOWN", player.url());
}

/// More packets than half of the sequence numbers go by meanwhile, which no receiver could follow.
TEST_F(Srtp, WhoHasPausedForLongCanGoOn) {
    RtspPublisher publisher(server().rtspPort());
    publisher.send(true, 0);
    publisher.sync();
    SrtpPlayer player(secure(), "live/show", RtpWay::Udp, testKeying(7));
    const unsigned first = sequenceOf(player.expectRtp());
    player.client().require("PAUSE", player.url());
    for (unsigned i = 0; i < 40'000; ++i) publisher.send(false, 1 + i / 10, 60, i);
    publisher.sync();
    player.client().require("PLAY", player.url());
    publisher.send(true, 5000, 500, 9);
    for (;;) {
        const Bytes packet = player.expectRtp();
        EXPECT_LT((sequenceOf(packet) - first) & 0xFFFFU, 100U);
        if (holds(packet, avcPicture(true, 500, 9))) return;
    }
}

TEST_F(Srtp, IsRefusedWithoutTls) {
    RtspPublisher publisher(server().rtspPort());
    publisher.send(true, 0);
    publisher.sync();
    RtspClient client(server().rtspPort());
    const std::string url = server().rtspUrl("live/show?srtp=mikey");
    const rtsp::RtspResponse description = client.require("DESCRIBE", url);
    EXPECT_THAT(std::string(base::asText(description.body)), Not(HasSubstr("SAVP")));
    server().waitForLog("is described without SRTP: without TLS its keys would be in the clear");
    RtspClient other(server().rtspPort());
    const std::string track = server().rtspUrl("live/show/trackID=0");
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(other.request("SETUP", track, {{"Transport", kSecureTcp}, keyMgmtOf(testKeying(7))}).status, 461);
    server().waitForLog("SRTP is refused without TLS: its keys would be in the clear");
    EXPECT_EQ(linesWith("SRTP is refused"), 1U);
    EXPECT_EQ(
        other.request("SETUP", track, {{"Transport", std::string(kSecureTcp) + ",RTP/AVP/TCP;interleaved=0-1"}}).status,
        200)
        << "it may do without";
}

TEST_F(Srtp, IsRefusedWithKeysThatCannotBeUsed) {
    RtspPublisher publisher(server().rtspPort());
    publisher.send(true, 0);
    publisher.sync();
    RtspPlayer plain(server().rtspPort());
    const std::string track = rtspUrl(secure(), "live/show/trackID=0");
    Bytes strong = srtp::makeMikey(testKeying(7), 0).take();
    const Bytes keyBytes = {1, 1, 16};
    *(std::search(strong.begin(), strong.end(), keyBytes.begin(), keyBytes.end()) + 2) = 32;
    const std::vector<std::pair<RtspClient::Headers, std::string>> cases = {
        {{{"Transport", kSecureTcp}}, "SRTP without a KeyMgmt header"},
        {setUpWith("nonsense"), "a KeyMgmt header without a MIKEY message"},
        {setUpWith("prot=kerberos; data=\"AAAA\""), "a KeyMgmt header without a MIKEY message"},
        {setUpWith("prot=mikey; data=\"!\""), "a MIKEY message that is not base 64"},
        {setUpWith("prot=mikey; data=\"AQAF\""), "a MIKEY message that cannot be used: it ends too early"},
        {setUpWith(fmt::format("prot=mikey; data=\"{}\"", base::toBase64(strong))),
         "a MIKEY message that cannot be used: its policy has 32 for parameter 1"},
    };
    for (const auto& [headers, why] : cases) {
        RtspClient client(secure());
        EXPECT_EQ(client.request("SETUP", track, headers).status, 463) << why;
        EXPECT_EQ(client.request("SETUP", track, headers).status, 463) << why;
        server().waitForLog(why);
        EXPECT_EQ(client.request("SETUP", track, {{"Transport", kSecureTcp}, keyMgmtOf(testKeying(7))}).status, 200)
            << "it may try again";
    }
    EXPECT_EQ(linesWith("it ends too early"), 1U);
    publisher.send(false, 40, 500, 9);
    while (plain.expectPicture().unit != avcPicture(false, 500, 9)) {
    }
}

/// What is set up anew would begin with the first packet's cipher stream again.
TEST_F(Srtp, AKeyThatHasBeenUsedIsNotSetUpAgain) {
    auto publisher = std::make_unique<RtspPublisher>(server().rtspPort());
    publisher->send(true, 0);
    publisher->sync();
    SrtpPlayer player(secure(), "live/show?srtp=mikey", RtpWay::Tcp, testKeying(7));
    player.expectRtp();
    publisher.reset();
    const Deadline deadline;
    int status = 455;
    while (status == 455 && !deadline.passed()) // it plays still
        status =
            player.client()
                .request("SETUP", player.url() + "/trackID=0", {{"Transport", kSecureTcp}, keyMgmtOf(testKeying(7))})
                .status;
    EXPECT_EQ(status, 463);
    server().waitForLog("SRTP anew with keys that have been used");
}

/// Media in the clear beside a dialogue that is not stays what nobody gets.
TEST_F(Srtp, UdpInTheClearStaysRefused) {
    RtspPublisher publisher(server().rtspPort());
    publisher.send(true, 0);
    publisher.sync();
    RtspClient client(secure());
    const std::string track = rtspUrl(secure(), "live/show/trackID=0");
    const UdpPortPair udp;
    EXPECT_EQ(client.request("SETUP", track, {{"Transport", udp.transport()}, keyMgmtOf(testKeying(7))}).status, 461);
    EXPECT_EQ(client.request("SETUP", track, {{"Transport", kSecureTcp}, keyMgmtOf(testKeying(7))}).status, 200);
    EXPECT_EQ(client.request("SETUP", track, {{"Transport", "RTP/AVP/TCP;interleaved=0-1"}}).status, 461)
        << "one player's tracks take one way";
}

class SrtpTimeout : public Srtp {
  protected:
    SrtpTimeout()
        : Srtp(fmt::format("rtsp_server {{ enabled on; listen 127.0.0.1:{}; session_timeout 3000; }}\n",
                           port().number())) {}

    static const FreePort& port() {
        static const FreePort port;
        return port;
    }
};

/// Reports over UDP are a sign of life, unless anybody could have sent them.
TEST_F(SrtpTimeout, WhoHasNoKeyMakesNoSignOfLife) {
    RtspPublisher publisher(port().number());
    publisher.send(true, 0);
    publisher.sync();
    SrtpPlayer alive(secure(), "live/show", RtpWay::Udp, testKeying(7));
    SrtpPlayer silent(secure(), "live/show", RtpWay::Udp, testKeying(7));
    const auto forger = srtp::Outbound::make(testKeying(8)).take();
    const Deadline deadline;
    while (linesWith("closed: the player showed no sign of life") == 0 && !deadline.passed()) {
        alive.report();
        silent.report(forger.get());
        std::this_thread::yield();
    }
    silent.client().expectClosed();
    alive.client().require("GET_PARAMETER", alive.url());
}

} // namespace
} // namespace hookcast::integration
