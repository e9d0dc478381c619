#include "rtsp/Transport.h"

#include "unit/support/TestBytes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hookcast::rtsp {
namespace {

using support::errorOf;
using testing::ElementsAre;
using testing::IsEmpty;

Transport parsedOne(std::string_view header) {
    auto transports = parseTransports(header);
    EXPECT_EQ(errorOf(transports), "");
    EXPECT_EQ(transports.value().size(), 1U);
    return transports.value().at(0);
}

TEST(Transport, ReadsWhatFfmpegAsksForToPlay) {
    const Transport udp = parsedOne("RTP/AVP/UDP;unicast;client_port=21914-21915");
    EXPECT_EQ(udp.lower, Transport::Lower::Udp);
    EXPECT_FALSE(udp.multicast);
    EXPECT_EQ(udp.mode, Transport::Mode::Play);
    EXPECT_EQ(udp.clientPort, (NumberPair{21914, 21915}));
    const Transport tcp = parsedOne("RTP/AVP/TCP;unicast;interleaved=0-1");
    EXPECT_EQ(tcp.lower, Transport::Lower::Tcp);
    EXPECT_EQ(tcp.interleaved, (NumberPair{0, 1}));
}

TEST(Transport, ReadsWhatPublishersAskFor) {
    EXPECT_EQ(parsedOne("RTP/AVP/TCP;unicast;interleaved=2-3;mode=record").mode, Transport::Mode::Record);
    EXPECT_EQ(parsedOne("RTP/AVP;unicast;client_port=4-5;mode=\"RECORD\"").mode, Transport::Mode::Record);
    EXPECT_EQ(parsedOne("RTP/AVP;unicast;client_port=4-5;mode=receive").mode, Transport::Mode::Record);
    EXPECT_EQ(parsedOne("RTP/AVP;unicast;client_port=4-5;mode=\"PLAY\"").mode, Transport::Mode::Play);
}

TEST(Transport, KnowsSrtp) {
    const Transport udp = parsedOne("RTP/SAVP;unicast;client_port=4-5");
    EXPECT_TRUE(udp.isSecure);
    EXPECT_EQ(udp.lower, Transport::Lower::Udp);
    EXPECT_EQ(writeTransport(udp), "RTP/SAVP;unicast;client_port=4-5");
    EXPECT_TRUE(parsedOne("RTP/SAVP/UDP;unicast;client_port=4-5").isSecure);
    const Transport tcp = parsedOne("rtp/savp/tcp;unicast;interleaved=0-1");
    EXPECT_TRUE(tcp.isSecure);
    EXPECT_EQ(tcp.lower, Transport::Lower::Tcp);
    EXPECT_EQ(writeTransport(tcp), "RTP/SAVP/TCP;unicast;interleaved=0-1");
    EXPECT_FALSE(parsedOne("RTP/AVP;unicast;client_port=4-5").isSecure);
}

TEST(Transport, ReadsAlternativesInTheirOrder) {
    // RFC 2326, 12.39, with an alternative that is not spoken here and a quoted comma.
    const auto transports = parseTransports("RTP/AVP;multicast;ttl=127;mode=\"PLAY,RECORD\", RAW/RAW/UDP;port=1,"
                                            "rtp/avp/tcp; Interleaved = 4 ; SSRC=1A2b3C4d;append,,");
    Transport multicast;
    multicast.multicast = true;
    Transport tcp;
    tcp.lower = Transport::Lower::Tcp;
    tcp.interleaved = NumberPair{4, 5};
    tcp.ssrc = 0x1A2B3C4D;
    EXPECT_THAT(transports.value(), ElementsAre(multicast, tcp));
}

TEST(Transport, NothingUsableIsNoError) {
    EXPECT_THAT(parseTransports("").value(), IsEmpty());
    EXPECT_THAT(parseTransports("RTP/SAVPF;unicast;client_port=4-5, ;").value(), IsEmpty());
}

TEST(Transport, RefusesNumbersThatMakeNoSense) {
    for (const char* parameter :
         {"client_port=", "client_port=a-b", "client_port=65536-65537", "client_port=65535", "client_port=1-2-3",
          "client_port=-5", "interleaved=256-257", "interleaved=255", "server_port=1-"}) {
        const auto transports = parseTransports(std::string("RTP/AVP;unicast;") + parameter);
        const bool isOpenPair = std::string_view(parameter) == "server_port=1-";
        EXPECT_EQ(transports.ok(), isOpenPair) << parameter;
    }
    EXPECT_EQ(errorOf(parseTransports("RTP/AVP/TCP;interleaved=x")), "Transport: \"x\" is no pair of numbers");
}

TEST(Transport, AnSsrcThatIsNoneIsIgnored) {
    EXPECT_EQ(parsedOne("RTP/AVP;ssrc=xyz").ssrc, std::nullopt);
}

TEST(Transport, WritesWhatItReads) {
    Transport transport;
    transport.clientPort = NumberPair{5000, 5001};
    transport.serverPort = NumberPair{6000, 6001};
    transport.ssrc = 0xABC;
    EXPECT_EQ(writeTransport(transport), "RTP/AVP;unicast;client_port=5000-5001;server_port=6000-6001;ssrc=00000ABC");
    EXPECT_EQ(parsedOne(writeTransport(transport)), transport);
    Transport tcp;
    tcp.lower = Transport::Lower::Tcp;
    tcp.mode = Transport::Mode::Record;
    tcp.interleaved = NumberPair{0, 1};
    EXPECT_EQ(writeTransport(tcp), "RTP/AVP/TCP;unicast;interleaved=0-1;mode=record");
    EXPECT_EQ(parsedOne(writeTransport(tcp)), tcp);
}

} // namespace
} // namespace hookcast::rtsp
