#include "rtp/Rtcp.h"

#include "unit/support/TestBytes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hookcast::rtp {
namespace {

using support::errorOf;
using support::hex;
using support::join;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const ReportBlock kBlock{0xA1A2A3A4, 64, -2, 0x00012345, 99, 0x0BAD0CAF, 65536};

TEST(Rtcp, WritesASenderReport) {
    const SenderReport report{0x01020304, 0x1112131415161718, 0x21222324, 7, 9000, {kBlock}};
    EXPECT_EQ(writeSenderReport(report, "me"), hex("81 C8 000C 01020304 11121314 15161718 21222324 00000007 00002328"
                                                   "A1A2A3A4 40 FFFFFE 00012345 00000063 0BAD0CAF 00010000"
                                                   "81 CA 0003 01020304 01 02 6D65 00000000"));
}

TEST(Rtcp, WritesAReceiverReport) {
    EXPECT_EQ(writeReceiverReport({0x01020304, {}}, "abc"),
              hex("80 C9 0001 01020304 81 CA 0003 01020304 01 03 616263 000000"));
    EXPECT_EQ(writeReceiverReport({1, std::vector<ReportBlock>(40, kBlock)}, "").at(0), 0x9F);
}

TEST(Rtcp, WritesAGoodbye) {
    EXPECT_EQ(writeGoodbye(0x01020304, "x"),
              hex("80 C9 0001 01020304 81 CA 0002 01020304 01 01 78 00 81 CB 0001 01020304"));
}

TEST(Rtcp, WhatIsWrittenIsReadBack) {
    const SenderReport senderReport{1, 0xFFFFFFFFFFFFFFFF, 3, 4, 5, {kBlock, kBlock}};
    const ReceiverReport receiverReport{6, {kBlock}};
    for (std::size_t length = 0; length < 300; ++length) {
        const std::string cname(length, 'c');
        const auto compound = parseRtcp(join({writeSenderReport(senderReport, cname),
                                              writeReceiverReport(receiverReport, cname), writeGoodbye(7, cname)}));
        ASSERT_EQ(errorOf(compound), "") << length;
        const std::string kept = cname.substr(0, 255);
        EXPECT_THAT(compound.value().senderReports, ElementsAre(senderReport));
        EXPECT_THAT(compound.value().receiverReports, ElementsAre(receiverReport, ReceiverReport{7, {}}));
        EXPECT_THAT(compound.value().descriptions,
                    ElementsAre(SourceDescription{1, kept}, SourceDescription{6, kept}, SourceDescription{7, kept}));
        EXPECT_THAT(compound.value().goodbyes, ElementsAre(Goodbye{{7}, ""}));
    }
}

TEST(Rtcp, ReadsWhatOthersPutIn) {
    // SDES with two chunks and other items, a packet of a type that is not known, BYE with a reason, padding.
    const auto compound = parseRtcp(hex("82 CA 0005 00000001 02 01 41 01 02 4242 00"
                                        "00000002 08 00 00 00"
                                        "80 CC 0001 00000003"
                                        "A2 CB 0005 00000004 00000005 03 627965 0000 0000 00000008"));
    ASSERT_EQ(errorOf(compound), "");
    EXPECT_THAT(compound.value().descriptions, ElementsAre(SourceDescription{1, "BB"}, SourceDescription{2, ""}));
    EXPECT_THAT(compound.value().goodbyes, ElementsAre(Goodbye{{4, 5}, "bye"}));
    EXPECT_THAT(compound.value().senderReports, IsEmpty());
}

TEST(Rtcp, NothingIsNothing) {
    EXPECT_EQ(errorOf(parseRtcp({})), "");
    EXPECT_THAT(parseRtcp(hex("80 CB 0000")).value().goodbyes, SizeIs(1));
}

TEST(Rtcp, RefusesWhatIsNone) {
    EXPECT_EQ(errorOf(parseRtcp(hex("80 C9"))), "an RTCP packet of 4 bytes with 2 left");
    EXPECT_EQ(errorOf(parseRtcp(hex("80 C9 0002 00000001"))), "an RTCP packet of 12 bytes with 8 left");
    EXPECT_EQ(errorOf(parseRtcp(hex("40 C9 0001 00000001"))), "RTCP version 1 instead of 2");
    EXPECT_EQ(errorOf(parseRtcp(hex("81 C9 0001 00000001"))), "an RTCP packet that is cut short");
    EXPECT_EQ(errorOf(parseRtcp(hex("80 C8 0001 00000001"))), "an RTCP packet that is cut short");
    EXPECT_EQ(errorOf(parseRtcp(hex("81 CA 0001 00000001"))), "an RTCP packet that is cut short");
    EXPECT_EQ(errorOf(parseRtcp(hex("A0 C9 0001 00000009"))), "RTCP padding that does not fit");
    EXPECT_EQ(errorOf(parseRtcp(hex("A0 C9 0001 00000000"))), "RTCP padding that does not fit");
}

TEST(Rtcp, WallClockTimeIsNtp) {
    EXPECT_EQ(ntpFromUnixUs(0), 2'208'988'800ULL << 32U);
    EXPECT_EQ(ntpFromUnixUs(1'500'000), (2'208'988'801ULL << 32U) + 0x80000000U);
}

} // namespace
} // namespace hookcast::rtp
