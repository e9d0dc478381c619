#include "rtp/RtpPacket.h"

#include "unit/rtp/RtpTesting.h"

#include <gtest/gtest.h>

namespace hookcast::rtp::test {
namespace {

using support::errorOf;
using support::hex;

base::Bytes copied(base::ByteSpan bytes) {
    return {bytes.begin(), bytes.end()};
}

TEST(RtpPacket, WritesAHeader) {
    const auto header = RtpHeader{true, 96, 0x1234, 0x89ABCDEF, 0x01020304}.bytes();
    EXPECT_EQ(copied(header), hex("80 E0 1234 89ABCDEF 01020304"));
}

TEST(RtpPacket, ReadsWhatItWrites) {
    const base::Bytes packet = rtp(0xFFFF, 0xFFFFFFFF, false, hex("AABB"));
    const RtpPacketView view = RtpPacketView::parse(packet).value();
    EXPECT_FALSE(view.header.marker);
    EXPECT_EQ(view.header.payloadType, 96);
    EXPECT_EQ(view.header.sequence, 0xFFFF);
    EXPECT_EQ(view.header.timestamp, 0xFFFFFFFFU);
    EXPECT_EQ(view.header.ssrc, 0x01020304U);
    EXPECT_EQ(view.csrcCount, 0);
    EXPECT_FALSE(view.hasExtension);
    EXPECT_EQ(copied(view.payload), hex("AABB"));
    EXPECT_EQ(copied(view.whole), packet);
}

TEST(RtpPacket, SkipsCsrcsAndExtensionAndPadding) {
    const base::Bytes packet = hex("B2 60 0001 00000002 00000003"
                                   "11111111 22222222"
                                   "BEDE 0001 AAAAAAAA"
                                   "0102 000003");
    const RtpPacketView view = RtpPacketView::parse(packet).value();
    EXPECT_EQ(view.csrcCount, 2);
    EXPECT_TRUE(view.hasExtension);
    EXPECT_EQ(copied(view.payload), hex("0102"));
}

TEST(RtpPacket, APayloadMayBeEmptyOrAllPadding) {
    EXPECT_TRUE(RtpPacketView::parse(rtp(1, 2, true, {})).value().payload.empty());
    EXPECT_TRUE(RtpPacketView::parse(hex("A0 60 0001 00000002 00000003 0002")).value().payload.empty());
}

TEST(RtpPacket, RefusesWhatIsNone) {
    EXPECT_EQ(errorOf(RtpPacketView::parse({})), "an RTP packet of 0 bytes is shorter than its header");
    EXPECT_EQ(errorOf(RtpPacketView::parse(hex("80 60 0001 00000002 000000"))),
              "an RTP packet of 11 bytes is shorter than its header");
    EXPECT_EQ(errorOf(RtpPacketView::parse(hex("81 60 0001 00000002 00000003 000000"))),
              "an RTP packet of 15 bytes is shorter than its header");
    EXPECT_EQ(errorOf(RtpPacketView::parse(hex("90 60 0001 00000002 00000003 BEDE 0002 00000000"))),
              "an RTP packet of 20 bytes is shorter than its header");
    EXPECT_EQ(errorOf(RtpPacketView::parse(hex("40 60 0001 00000002 00000003"))), "RTP version 1 instead of 2");
    EXPECT_EQ(errorOf(RtpPacketView::parse(hex("A0 60 0001 00000002 00000003 05"))),
              "5 bytes of RTP padding in a payload of 1");
    EXPECT_EQ(errorOf(RtpPacketView::parse(hex("A0 60 0001 00000002 00000003 00"))),
              "0 bytes of RTP padding in a payload of 1");
    EXPECT_EQ(errorOf(RtpPacketView::parse(hex("A0 60 0001 00000002 00000003"))),
              "0 bytes of RTP padding in a payload of 0");
}

TEST(RtpPacket, SequenceDistanceWraps) {
    EXPECT_EQ(sequenceDistance(5, 3), 2);
    EXPECT_EQ(sequenceDistance(3, 5), -2);
    EXPECT_EQ(sequenceDistance(1, 65535), 2);
    EXPECT_EQ(sequenceDistance(65535, 1), -2);
    EXPECT_EQ(sequenceDistance(32767, 0), 32767);
    EXPECT_EQ(sequenceDistance(32768, 0), -32768);
}

} // namespace
} // namespace hookcast::rtp::test
