#include "media/HevcConfig.h"

#include "media/HevcNal.h"
#include "media/HevcSps.h"
#include "unit/support/TestBytes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hookcast::media {
namespace {

using support::errorOf;
using support::hex;
using testing::ElementsAre;

// As libx265 writes them, and the record that FFmpeg's muxers make of them.
const base::Bytes kVps = hex("40010C01FFFF016000000300900000030000030078959809");
const base::Bytes kSps = hex("420101016000000300900000030000030078A003C08010E596566924CAF0168080000003008000000F04");
const base::Bytes kPps = hex("4401C172B46240");
const base::Bytes kRecord =
    hex("01016000000090000000000078F000FCFDF8F800000F03A00001001840010C01FFFF016000000300900000030000030078959809A100"
        "01002A420101016000000300900000030000030078A003C08010E596566924CAF0168080000003008000000F04A2000100074401C172"
        "B46240");
const base::Bytes kSpsOfThreeReordered =
    hex("4201020408000003009D0800000300003C0000B00A480B9C96D965662B349265780B4040000003004000000642");

HevcConfig complete() {
    HevcConfig config;
    config.vps.push_back(kVps);
    config.sps.push_back(kSps);
    config.pps.push_back(kPps);
    return config;
}

TEST(HevcSps, ReadsWhatX265Writes) {
    const HevcSps sps = HevcSps::parse(kSps).value();
    EXPECT_EQ(sps.profileIdc, 1);
    EXPECT_EQ(sps.levelIdc, 120);
    EXPECT_FALSE(sps.highTier);
    EXPECT_EQ(sps.width, 1920U);
    EXPECT_EQ(sps.height, 1080U);
    EXPECT_EQ(sps.chromaFormatIdc, 1U);
    EXPECT_EQ(sps.bitDepthLuma, 8U);
    EXPECT_EQ(sps.temporalLayers, 1U);
    EXPECT_EQ(sps.reorderFrames, 2U);
}

TEST(HevcSps, ReadsRangeExtensionsAndTemporalLayers) {
    const HevcSps sps = HevcSps::parse(kSpsOfThreeReordered).value();
    EXPECT_EQ(sps.profileIdc, 4);
    EXPECT_EQ(sps.width, 322U);
    EXPECT_EQ(sps.height, 182U);
    EXPECT_EQ(sps.chromaFormatIdc, 2U);
    EXPECT_EQ(sps.bitDepthLuma, 10U);
    EXPECT_EQ(sps.temporalLayers, 2U);
    EXPECT_EQ(sps.reorderFrames, 2U);
}

TEST(HevcSps, RefusesWhatMakesNoSense) {
    EXPECT_EQ(errorOf(HevcSps::parse({})), "no sequence parameter set");
    EXPECT_EQ(errorOf(HevcSps::parse(kPps)), "no sequence parameter set");
    for (std::size_t size = 2; size < 25; ++size) {
        EXPECT_EQ(errorOf(HevcSps::parse(base::ByteSpan(kSps).first(size))),
                  "a sequence parameter set that is cut short");
    }
}

TEST(HevcConfig, WritesARecord) {
    EXPECT_EQ(complete().writeRecord().value(), kRecord);
}

TEST(HevcConfig, ReadsARecord) {
    EXPECT_EQ(HevcConfig::readRecord(kRecord).value(), complete());
}

TEST(HevcConfig, ReadsARecordWithOtherArrays) {
    base::Bytes record = kRecord;
    record[22] = 4;
    const base::Bytes sei = hex("27 0001 0003 4E0105");
    record.insert(record.begin() + 23, sei.begin(), sei.end());
    EXPECT_EQ(HevcConfig::readRecord(record).value(), complete());
}

TEST(HevcConfig, RefusesRecordsThatAreNone) {
    EXPECT_EQ(errorOf(HevcConfig::readRecord(hex("02"))), "no HEVCDecoderConfigurationRecord of version 1");
    for (std::size_t size = 0; size < kRecord.size(); ++size) {
        EXPECT_EQ(errorOf(HevcConfig::readRecord(base::ByteSpan(kRecord).first(size))),
                  "an HEVCDecoderConfigurationRecord that is cut short");
    }
    EXPECT_EQ(errorOf(HevcConfig().writeRecord()), "no VPS, SPS or PPS");
}

TEST(HevcConfig, AdoptsParameterSetsById) {
    HevcConfig adopting;
    EXPECT_TRUE(adopting.adopt(kVps));
    EXPECT_TRUE(adopting.adopt(kSps));
    EXPECT_FALSE(adopting.complete());
    EXPECT_TRUE(adopting.adopt(kPps));
    EXPECT_EQ(adopting, complete());
    EXPECT_FALSE(adopting.adopt(kSps));
    EXPECT_TRUE(adopting.adopt(kSpsOfThreeReordered));
    EXPECT_THAT(adopting.sps, ElementsAre(kSpsOfThreeReordered));
}

TEST(HevcConfig, DoesNotAdoptAnythingElse) {
    HevcConfig adopting;
    EXPECT_FALSE(adopting.adopt({}));
    EXPECT_FALSE(adopting.adopt(hex("40")));
    EXPECT_FALSE(adopting.adopt(hex("4001")));
    EXPECT_FALSE(adopting.adopt(hex("2601AF")));
    // Another layer's, as in multiview streams.
    base::Bytes otherLayer = kVps;
    otherLayer[1] = 0x09;
    EXPECT_FALSE(adopting.adopt(otherLayer));
    EXPECT_EQ(adopting, HevcConfig());
}

TEST(HevcNal, TellsSlicesApart) {
    EXPECT_TRUE(hevcIsRandomAccess(hex("2601AF")));
    EXPECT_TRUE(hevcIsSlice(hex("2601AF")));
    EXPECT_TRUE(hevcBeginsPicture(hex("2601AF")));
    EXPECT_FALSE(hevcBeginsPicture(hex("26012F")));
    EXPECT_FALSE(hevcBeginsPicture(hex("2601")));
    EXPECT_TRUE(hevcIsSlice(hex("0201D0")));
    EXPECT_FALSE(hevcIsRandomAccess(hex("0201D0")));
    EXPECT_FALSE(hevcIsSlice(kSps));
    EXPECT_FALSE(hevcIsSlice({}));
}

} // namespace
} // namespace hookcast::media
