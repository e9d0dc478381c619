#include "rtp/AacDepacketizer.h"
#include "rtp/FrameDepacketizer.h"
#include "rtp/Mp3Depacketizer.h"
#include "rtp/OpaqueAudioDepacketizer.h"
#include "rtp/OpaqueDepacketizer.h"

#include "unit/rtp/RtpTesting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hookcast::rtp::test {
namespace {

using support::errorOf;
using support::hex;
using support::join;
using support::pattern;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

PacketFeed aac(std::string_view parameters) {
    auto made = makeDepacketizer(
        mediaSection("m=audio 0 RTP/AVP 96\na=rtpmap:96 mpeg4-generic/44100/2\na=fmtp:96 " + std::string(parameters)),
        100'000);
    EXPECT_EQ(errorOf(made), "");
    return PacketFeed(made.take());
}

constexpr std::string_view kHbr = "mode=AAC-hbr;sizelength=13;indexlength=3;indexdeltalength=3;config=1210";

TEST(AacDepacketizer, ReadsAFrame) {
    PacketFeed feed = aac(kHbr);
    const auto units = feed.push(1024, true, hex("0010 0018 AABBCC"));
    ASSERT_THAT(units, SizeIs(1));
    EXPECT_EQ(units[0].rtpTimestamp, 1024U);
    EXPECT_THAT(units[0].units, ElementsAre(hex("AABBCC")));
    EXPECT_TRUE(units[0].keyframe);
}

TEST(AacDepacketizer, SeveralFramesInAPacketAreSeveralUnits) {
    PacketFeed feed = aac(kHbr);
    const auto units = feed.push(0xFFFFFFFF, true, hex("0030 0010 0008 0018 AABB CC DDEEFF"));
    ASSERT_THAT(units, SizeIs(3));
    EXPECT_EQ(units[0].rtpTimestamp, 0xFFFFFFFFU);
    EXPECT_EQ(units[1].rtpTimestamp, 1023U);
    EXPECT_EQ(units[2].rtpTimestamp, 2047U);
    EXPECT_THAT(units[1].units, ElementsAre(hex("CC")));
    EXPECT_THAT(units[2].units, ElementsAre(hex("DDEEFF")));
}

TEST(AacDepacketizer, FramesLastAsLongAsTheConfigurationSays) {
    // 22,050 Hz with SBR on a clock of 44,100 Hz; then as constantDuration says.
    PacketFeed sbr = aac("mode=AAC-hbr;sizelength=13;indexlength=3;indexdeltalength=3;config=2B920800");
    EXPECT_EQ(sbr.push(0, true, hex("0020 0008 0008 AA BB")).at(1).rtpTimestamp, 2048U);
    PacketFeed told = aac(std::string(kHbr) + ";constantDuration=960");
    EXPECT_EQ(told.push(0, true, hex("0020 0008 0008 AA BB")).at(1).rtpTimestamp, 960U);
}

TEST(AacDepacketizer, ReadsTheLowBitRateMode) {
    PacketFeed feed = aac("mode=AAC-lbr;sizelength=6;indexlength=2;indexdeltalength=2;config=1210");
    const auto units = feed.push(0, true, hex("0010 08 04 AABB CC"));
    ASSERT_THAT(units, SizeIs(2));
    EXPECT_THAT(units[0].units, ElementsAre(hex("AABB")));
    EXPECT_THAT(units[1].units, ElementsAre(hex("CC")));
}

TEST(AacDepacketizer, ReadsHeadersWithAllFieldsAndAuxiliaryData) {
    PacketFeed feed =
        aac("mode=AAC-hbr;sizelength=8;indexlength=4;indexdeltalength=2;ctsdeltalength=4;"
            "dtsdeltalength=4;randomaccessindication=1;streamstateindication=2;auxiliarydatasizelength=8");
    // size 2, index 0, no CTS, DTS with delta 5, RAP, state 2: 8 + 4 + 1 + (1 + 4) + 1 + 2 = 21 bits;
    // size 1, index delta 0, CTS with delta 3, no DTS, no RAP, state 0: 8 + 2 + (1 + 4) + 1 + 1 + 2 = 19 bits.
    // 00000010 0000 0 1 0101 1 10 | 00000001 00 1 0011 0 0 00, and 12 bits of auxiliary data.
    const auto units = feed.push(0, true, hex("0028 02 05 70 09 30 0C AAA0 1122 33"));
    ASSERT_THAT(units, SizeIs(2));
    EXPECT_THAT(units[0].units, ElementsAre(hex("1122")));
    EXPECT_THAT(units[1].units, ElementsAre(hex("33")));
}

TEST(AacDepacketizer, ReadsFramesOfConstantSizeWithoutHeaders) {
    PacketFeed feed = aac("mode=AAC-lbr;constantsize=2;config=1210");
    const auto units = feed.push(0, true, hex("AABB CCDD"));
    ASSERT_THAT(units, SizeIs(2));
    EXPECT_EQ(units[1].rtpTimestamp, 1024U);
    EXPECT_THAT(feed.push(0, true, hex("AABB CC")), IsEmpty());
    EXPECT_EQ(feed.counters().malformedPackets, 1U);
}

TEST(AacDepacketizer, PutsFragmentsTogether) {
    PacketFeed feed = aac(kHbr);
    EXPECT_THAT(feed.push(1024, false, hex("0010 0028 0102")), IsEmpty());
    EXPECT_THAT(feed.push(1024, false, hex("0010 0028 03")), IsEmpty());
    const auto units = feed.push(1024, true, hex("0010 0028 0405"));
    ASSERT_THAT(units, SizeIs(1));
    EXPECT_THAT(units[0].units, ElementsAre(hex("0102030405")));
    EXPECT_EQ(units[0].rtpTimestamp, 1024U);
}

TEST(AacDepacketizer, ALostFragmentDiscardsTheFrame) {
    PacketFeed feed = aac(kHbr);
    feed.push(1024, false, hex("0010 0028 0102"));
    feed.lose();
    EXPECT_THAT(feed.push(1024, true, hex("0010 0028 0405")), IsEmpty());
    EXPECT_THAT(feed.push(2048, true, hex("0010 0010 0607")), SizeIs(1));
    // The end is lost: the next frame is whole.
    feed.push(3072, false, hex("0010 0028 0102"));
    feed.lose();
    EXPECT_THAT(feed.push(4096, true, hex("0010 0010 0607")), SizeIs(1));
    // The marker comes too early.
    feed.push(5120, false, hex("0010 0028 0102"));
    EXPECT_THAT(feed.push(5120, true, hex("0010 0028 03")), IsEmpty());
    EXPECT_THAT(feed.push(6144, true, hex("0010 0010 0607")), SizeIs(1));
    EXPECT_EQ(feed.counters().discardedUnits, 3U);
}

TEST(AacDepacketizer, FragmentsThatDoNotFitAreDiscarded) {
    PacketFeed feed = aac(kHbr);
    feed.push(0, false, hex("0010 0028 0102"));
    EXPECT_THAT(feed.push(0, true, hex("0010 0028 03040506")), IsEmpty());
    feed.push(1024, false, hex("0010 0028 0102"));
    EXPECT_THAT(feed.push(1024, true, hex("0010 0030 030405")), IsEmpty());
    EXPECT_EQ(feed.counters().malformedPackets, 2U);
    EXPECT_EQ(feed.counters().discardedUnits, 2U);
}

TEST(AacDepacketizer, RefusesWhatItCannotRead) {
    PacketFeed feed = aac(kHbr);
    EXPECT_THAT(feed.push(0, true, {}), IsEmpty());
    EXPECT_THAT(feed.push(0, true, hex("0020 0008")), IsEmpty());            // headers cut short
    EXPECT_THAT(feed.push(0, true, hex("000F 0008 AA")), IsEmpty());         // half a header
    EXPECT_THAT(feed.push(0, true, hex("0020 0008 0009 AA BB")), IsEmpty()); // interleaved
    EXPECT_THAT(feed.push(0, true, hex("0020 0008 0018 AA BB")), SizeIs(1)); // the second one is cut short
    EXPECT_EQ(feed.counters().malformedPackets, 5U);
    EXPECT_THAT(feed.push(0, true, hex("0000")), IsEmpty());
}

TEST(AacDepacketizer, AnnouncedSizesTakeNoMemory) {
    PacketFeed feed = aac("mode=AAC-hbr;sizelength=32;indexlength=0;indexdeltalength=0");
    EXPECT_THAT(feed.push(0, true, hex("0020 FFFFFFFF AA")), IsEmpty());
    EXPECT_EQ(feed.counters().oversizedUnits, 1U);
}

TEST(AacDepacketizer, ParametersMustMakeSense) {
    for (const char* parameters :
         {"mode=AAC-hbr;sizelength=0;constantsize=0", "mode=AAC-hbr;sizelength=33;indexlength=3",
          "mode=AAC-hbr;sizelength=13;ctsdeltalength=99"}) {
        EXPECT_EQ(errorOf(makeDepacketizer(mediaSection("m=audio 0 RTP/AVP 96\na=rtpmap:96 mpeg4-generic/44100\n"
                                                        "a=fmtp:96 " +
                                                        std::string(parameters)),
                                           1000)),
                  "mpeg4-generic: lengths of AU headers that make no sense");
    }
}

/// MPEG-1 layer III, 44.1 kHz, 128 kbit/s: 417 bytes.
base::Bytes mp3Frame(std::uint32_t seed) {
    return join({hex("FFFB9064"), pattern(413, seed)});
}

TEST(Mp3Depacketizer, ReadsFrames) {
    PacketFeed feed(std::make_unique<Mp3Depacketizer>());
    const auto units = feed.push(900, true, join({hex("0000 0000"), mp3Frame(1), mp3Frame(2), mp3Frame(3)}));
    ASSERT_THAT(units, SizeIs(3));
    EXPECT_THAT(units[0].units, ElementsAre(mp3Frame(1)));
    EXPECT_THAT(units[2].units, ElementsAre(mp3Frame(3)));
    EXPECT_EQ(units[0].rtpTimestamp, 900U);
    EXPECT_EQ(units[1].rtpTimestamp, 900U + 2351);
    EXPECT_EQ(units[2].rtpTimestamp, 900U + 4702);
    EXPECT_TRUE(units[0].keyframe);
}

TEST(Mp3Depacketizer, PutsFragmentsTogether) {
    PacketFeed feed(std::make_unique<Mp3Depacketizer>());
    const base::Bytes frame = mp3Frame(1);
    const base::ByteSpan all(frame);
    const auto piece = [all](std::size_t from, std::size_t size) {
        base::Bytes bytes{0, 0, static_cast<std::uint8_t>(from >> 8U), static_cast<std::uint8_t>(from)};
        for (const std::uint8_t byte : all.subspan(from, size)) bytes.push_back(byte);
        return bytes;
    };
    EXPECT_THAT(feed.push(0, false, piece(0, 200)), IsEmpty());
    EXPECT_THAT(feed.push(0, false, piece(200, 200)), IsEmpty());
    EXPECT_THAT(feed.push(0, false, piece(400, 17)).at(0).units, ElementsAre(frame));
    // Without its middle, and without its beginning.
    feed.push(2351, false, piece(0, 200));
    feed.lose();
    EXPECT_THAT(feed.push(2351, false, piece(400, 17)), IsEmpty());
    EXPECT_THAT(feed.push(4702, false, piece(200, 217)), IsEmpty());
    EXPECT_EQ(feed.counters().discardedUnits, 1U);
    // A fragment in the wrong place, and one that is too long.
    feed.push(7053, false, piece(0, 200));
    EXPECT_THAT(feed.push(7053, false, piece(201, 100)), IsEmpty());
    feed.push(9404, false, piece(0, 200));
    EXPECT_THAT(feed.push(9404, false, join({piece(200, 217), hex("00")})), IsEmpty());
    EXPECT_EQ(feed.counters().discardedUnits, 3U);
    EXPECT_EQ(feed.counters().malformedPackets, 2U);
}

TEST(Mp3Depacketizer, RefusesWhatItCannotRead) {
    PacketFeed feed(std::make_unique<Mp3Depacketizer>());
    EXPECT_THAT(feed.push(0, true, hex("0000")), IsEmpty());
    EXPECT_THAT(feed.push(0, true, hex("0000 0000 01020304")), IsEmpty());
    EXPECT_THAT(feed.push(0, true, join({hex("0000 0000"), mp3Frame(1), hex("FFFB9064 00")})), SizeIs(1));
    EXPECT_EQ(feed.counters().malformedPackets, 3U);
    EXPECT_THAT(feed.push(0, true, hex("0000 0000")), IsEmpty());
}

TEST(FrameDepacketizer, APayloadIsAFrame) {
    PacketFeed feed(std::make_unique<FrameDepacketizer>());
    const auto units = feed.push(960, false, hex("FC0102"));
    ASSERT_THAT(units, SizeIs(1));
    EXPECT_EQ(units[0].rtpTimestamp, 960U);
    EXPECT_THAT(units[0].units, ElementsAre(hex("FC0102")));
    EXPECT_THAT(feed.push(1920, false, {}), IsEmpty());
    feed.lose(3);
    EXPECT_THAT(feed.push(2880, false, hex("FC")), SizeIs(1));
    EXPECT_EQ(feed.counters().lostPackets, 3U);
}

TEST(OpaqueDepacketizer, KeepsPacketsWholeAndGroupsThemByTime) {
    OpaqueDepacketizer depacketizer(10'000);
    const base::Bytes first = rtp(1, 0, false, hex("01"));
    const base::Bytes second = rtp(2, 0, true, hex("02"));
    const base::Bytes third = rtp(3, 3000, false, hex("03"));
    const base::Bytes fourth = rtp(4, 6000, true, hex("04"));
    EXPECT_THAT(push(depacketizer, first), IsEmpty());
    const auto marked = push(depacketizer, second);
    ASSERT_THAT(marked, SizeIs(1));
    EXPECT_THAT(marked[0].units, ElementsAre(first, second));
    EXPECT_TRUE(marked[0].complete);
    EXPECT_FALSE(marked[0].keyframe);
    EXPECT_THAT(push(depacketizer, third), IsEmpty());
    const auto both = push(depacketizer, fourth);
    ASSERT_THAT(both, SizeIs(2));
    EXPECT_THAT(both[0].units, ElementsAre(third));
    EXPECT_EQ(both[0].rtpTimestamp, 3000U);
    EXPECT_THAT(both[1].units, ElementsAre(fourth));
}

TEST(OpaqueDepacketizer, SaysWhenTheBeginningMayBeMissing) {
    OpaqueDepacketizer depacketizer(10'000);
    push(depacketizer, rtp(1, 0, true, hex("01")));
    EXPECT_FALSE(push(depacketizer, rtp(3, 3000, true, hex("03"))).at(0).complete);
    EXPECT_TRUE(push(depacketizer, rtp(4, 6000, true, hex("04"))).at(0).complete);
    push(depacketizer, rtp(5, 9000, false, hex("05")));
    EXPECT_THAT(push(depacketizer, rtp(7, 9000, true, hex("07"))), IsEmpty());
    EXPECT_EQ(depacketizer.counters().discardedUnits, 1U);
}

TEST(OpaqueAudioDepacketizer, EachPacketIsAUnit) {
    OpaqueAudioDepacketizer depacketizer;
    const base::Bytes first = rtp(1, 0, false, hex("01"));
    EXPECT_THAT(push(depacketizer, first).at(0).units, ElementsAre(first));
    EXPECT_FALSE(push(depacketizer, rtp(3, 320, false, hex("02"))).at(0).complete);
}

TEST(MakeDepacketizer, RefusesModesThatAreNotSupported) {
    EXPECT_EQ(errorOf(makeDepacketizer(mediaSection("m=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\n"
                                                    "a=fmtp:96 packetization-mode=2"),
                                       1000)),
              "H264: the interleaved mode is not supported");
    EXPECT_EQ(errorOf(makeDepacketizer(mediaSection("m=video 0 RTP/AVP 96\na=rtpmap:96 H265/90000\n"
                                                    "a=fmtp:96 sprop-max-don-diff=1"),
                                       1000)),
              "H265: decoding order numbers are not supported");
}

TEST(MakeDepacketizer, MakesOneForEveryCodec) {
    for (const char* section :
         {"m=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000", "m=video 0 RTP/AVP 96\na=rtpmap:96 H265/90000",
          "m=audio 0 RTP/AVP 96\na=rtpmap:96 opus/48000/2", "m=audio 0 RTP/AVP 0", "m=audio 0 RTP/AVP 8",
          "m=audio 0 RTP/AVP 14", "m=audio 0 RTP/AVP 9", "m=video 0 RTP/AVP 96\na=rtpmap:96 VP8/90000",
          "m=application 0 RTP/AVP 107"}) {
        EXPECT_EQ(errorOf(makeDepacketizer(mediaSection(section), 1000)), "") << section;
    }
}

} // namespace
} // namespace hookcast::rtp::test
