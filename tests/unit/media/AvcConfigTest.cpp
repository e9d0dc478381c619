#include "media/AvcConfig.h"

#include "media/AvcNal.h"
#include "unit/support/TestBytes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hookcast::media {
namespace {

using support::errorOf;
using support::hex;
using testing::ElementsAre;

const base::Bytes kBaselineSps = hex("6742C00DD901519E226C0440000003004000000C83C50A92");
const base::Bytes kBaselinePps = hex("68CB83CB20");
const base::Bytes kHighSps = hex("67640028ACD940780227E5C044000003000400000300F03C60C658");
const base::Bytes kHighPps = hex("68EBE3CB22C0");

// Records as FFmpeg's muxers write them for these parameter sets.
const base::Bytes kBaselineRecord =
    hex("0142C00DFFE100186742C00DD901519E226C0440000003004000000C83C50A9201000568CB83CB20");
const base::Bytes kHighRecord =
    hex("01640028FFE1001B67640028ACD940780227E5C044000003000400000300F03C60C65801000668EBE3CB22C0FDF8F800");

AvcConfig config(base::Bytes sps, base::Bytes pps) {
    AvcConfig made;
    made.sps.push_back(std::move(sps));
    made.pps.push_back(std::move(pps));
    return made;
}

TEST(AvcConfig, WritesARecord) {
    EXPECT_EQ(config(kBaselineSps, kBaselinePps).writeRecord().value(), kBaselineRecord);
    EXPECT_EQ(config(kHighSps, kHighPps).writeRecord().value(), kHighRecord);
}

TEST(AvcConfig, ReadsARecord) {
    EXPECT_EQ(AvcConfig::readRecord(kBaselineRecord).value(), config(kBaselineSps, kBaselinePps));
    EXPECT_EQ(AvcConfig::readRecord(kHighRecord).value(), config(kHighSps, kHighPps));
    const auto twoBytes = AvcConfig::readRecord(hex("01 42C00D FD E1 0004 6742C00D 01 0002 68CB"));
    EXPECT_EQ(twoBytes.value().lengthSizeBytes, 2U);
}

TEST(AvcConfig, AByteStreamMayStandInItsPlace) {
    for (const char* startCode : {"00000001", "000001"}) {
        base::Bytes stream = support::join({hex(startCode), kHighSps, hex(startCode), kHighPps});
        EXPECT_EQ(AvcConfig::readRecord(stream).value(), config(kHighSps, kHighPps)) << startCode;
        stream.resize(stream.size() - kHighPps.size());
        EXPECT_FALSE(AvcConfig::readRecord(stream)) << "without its PPS";
    }
}

TEST(AvcConfig, ARecordMayLackParameterSets) {
    const auto empty = AvcConfig::readRecord(hex("01 42C00D FF E0 00"));
    EXPECT_EQ(errorOf(empty), "");
    EXPECT_FALSE(empty.value().complete());
}

TEST(AvcConfig, RefusesRecordsThatAreNone) {
    EXPECT_EQ(errorOf(AvcConfig::readRecord({})), "no AVCDecoderConfigurationRecord of version 1");
    EXPECT_EQ(errorOf(AvcConfig::readRecord(hex("00 00 00 01 67"))), "a byte stream that lacks parameter sets");
    for (std::size_t size = 1; size < kBaselineRecord.size(); ++size) {
        EXPECT_EQ(errorOf(AvcConfig::readRecord(base::ByteSpan(kBaselineRecord).first(size))),
                  "an AVCDecoderConfigurationRecord that is cut short");
    }
}

TEST(AvcConfig, WritesNoRecordThatMakesNoSense) {
    EXPECT_EQ(errorOf(AvcConfig().writeRecord()), "no SPS or no PPS");
    EXPECT_EQ(errorOf(config(hex("6742"), kBaselinePps).writeRecord()), "a sequence parameter set that is cut short");
    EXPECT_EQ(errorOf(config(kBaselineSps, base::Bytes(0x10000, 0x68)).writeRecord()),
              "a parameter set of more than 65535 bytes");
    AvcConfig many = config(kBaselineSps, kBaselinePps);
    many.sps.resize(32, kBaselineSps);
    EXPECT_EQ(errorOf(many.writeRecord()), "more parameter sets than a record can hold");
}

TEST(AvcConfig, AdoptsParameterSetsById) {
    AvcConfig adopting;
    EXPECT_TRUE(adopting.adopt(kBaselineSps));
    EXPECT_FALSE(adopting.complete());
    EXPECT_TRUE(adopting.adopt(kBaselinePps));
    EXPECT_TRUE(adopting.complete());
    EXPECT_FALSE(adopting.adopt(kBaselineSps));
    EXPECT_FALSE(adopting.adopt(kBaselinePps));
    EXPECT_TRUE(adopting.adopt(kHighSps));
    EXPECT_THAT(adopting.sps, ElementsAre(kHighSps));
    // The bits 010 after the header: PPS 1.
    EXPECT_TRUE(adopting.adopt(hex("68 5B83CB20")));
    EXPECT_THAT(adopting.pps, ElementsAre(kBaselinePps, hex("68 5B83CB20")));
}

TEST(AvcConfig, DoesNotAdoptAnythingElse) {
    AvcConfig adopting;
    EXPECT_FALSE(adopting.adopt({}));
    EXPECT_FALSE(adopting.adopt(hex("65 88")));
    EXPECT_FALSE(adopting.adopt(hex("67 42 C0")));
    EXPECT_FALSE(adopting.adopt(hex("68")));
    base::Bytes huge = kBaselineSps;
    huge.resize(4097);
    EXPECT_FALSE(adopting.adopt(huge));
    EXPECT_EQ(adopting, AvcConfig());
}

TEST(AvcNal, TellsTheFirstSliceOfAPicture) {
    EXPECT_TRUE(avcBeginsPicture(hex("65 88")));
    EXPECT_FALSE(avcBeginsPicture(hex("65 40")));
    EXPECT_FALSE(avcBeginsPicture(hex("65")));
}

TEST(AvcNal, FindsARecoveryPoint) {
    EXPECT_TRUE(avcHasRecoveryPoint(hex("06 06 01 C4 80")));
    // Behind another message, whose size takes two bytes.
    base::Bytes behind = hex("06 05 FF 01");
    behind.insert(behind.end(), 256, 0xAA);
    const base::Bytes recovery = hex("06 01 C4 80");
    behind.insert(behind.end(), recovery.begin(), recovery.end());
    EXPECT_TRUE(avcHasRecoveryPoint(behind));
    EXPECT_FALSE(avcHasRecoveryPoint(hex("06 05 02 06 01 80")));
    EXPECT_FALSE(avcHasRecoveryPoint(hex("06 05 FF")));
    EXPECT_FALSE(avcHasRecoveryPoint(hex("06")));
    EXPECT_FALSE(avcHasRecoveryPoint(hex("65 06 01 C4 80")));
}

} // namespace
} // namespace hookcast::media
