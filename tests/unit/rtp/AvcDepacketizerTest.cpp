#include "rtp/AvcDepacketizer.h"

#include "unit/rtp/RtpTesting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hookcast::rtp::test {
namespace {

using support::hex;
using support::join;
using support::pattern;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const base::Bytes kSps = hex("67 42C00DD901519E22");
const base::Bytes kPps = hex("68 CB83CB20");
const base::Bytes kIdr = hex("65 88 01");
const base::Bytes kSlice = hex("41 9A 02");
const base::Bytes kSecondSlice = hex("41 40 03"); // first_mb_in_slice is not 0

class AvcDepacketizerTest : public testing::Test {
  protected:
    PacketFeed feed_{std::make_unique<AvcDepacketizer>(100'000)};
};

TEST_F(AvcDepacketizerTest, ASingleNalUnitWithMarkerIsAUnit) {
    const auto units = feed_.push(3000, true, kSlice);
    ASSERT_THAT(units, SizeIs(1));
    EXPECT_EQ(units[0].rtpTimestamp, 3000U);
    EXPECT_THAT(units[0].units, ElementsAre(kSlice));
    EXPECT_FALSE(units[0].keyframe);
    EXPECT_FALSE(units[0].hasParameterSets);
    EXPECT_TRUE(units[0].complete);
}

TEST_F(AvcDepacketizerTest, PacketsOfOneTimestampAreAUnit) {
    EXPECT_THAT(feed_.push(0, false, kSps), IsEmpty());
    EXPECT_THAT(feed_.push(0, false, kPps), IsEmpty());
    EXPECT_THAT(feed_.push(0, false, kIdr), IsEmpty());
    const auto units = feed_.push(0, true, kSecondSlice);
    ASSERT_THAT(units, SizeIs(1));
    EXPECT_THAT(units[0].units, ElementsAre(kSps, kPps, kIdr, kSecondSlice));
    EXPECT_TRUE(units[0].keyframe);
    EXPECT_TRUE(units[0].hasParameterSets);
}

TEST_F(AvcDepacketizerTest, WithoutMarkerTheNextTimestampEndsAUnit) {
    EXPECT_THAT(feed_.push(0, false, kIdr), IsEmpty());
    const auto first = feed_.push(3000, false, kSlice);
    ASSERT_THAT(first, SizeIs(1));
    EXPECT_EQ(first[0].rtpTimestamp, 0U);
    EXPECT_THAT(first[0].units, ElementsAre(kIdr));
    EXPECT_THAT(feed_.push(6000, false, kSlice), SizeIs(1));
}

TEST_F(AvcDepacketizerTest, ReadsStapA) {
    const auto units = feed_.push(0, true, join({hex("78 0009"), kSps, hex("0005"), kPps, hex("0000 0003"), kIdr}));
    ASSERT_THAT(units, SizeIs(1));
    EXPECT_THAT(units[0].units, ElementsAre(kSps, kPps, kIdr));
}

TEST_F(AvcDepacketizerTest, AStapAThatIsCutShortBreaksTheUnit) {
    EXPECT_THAT(feed_.push(0, true, join({hex("78 0003"), kIdr, hex("0009 6742")})), IsEmpty());
    EXPECT_EQ(feed_.counters().malformedPackets, 1U);
    EXPECT_EQ(feed_.counters().discardedUnits, 1U);
    EXPECT_THAT(feed_.push(3000, true, kSlice), SizeIs(1));
}

TEST_F(AvcDepacketizerTest, ReadsFuA) {
    EXPECT_THAT(feed_.push(0, false, hex("7C 85 8801")), IsEmpty());
    EXPECT_THAT(feed_.push(0, false, hex("7C 05 0203")), IsEmpty());
    const auto units = feed_.push(0, true, hex("7C 45 04"));
    ASSERT_THAT(units, SizeIs(1));
    EXPECT_THAT(units[0].units, ElementsAre(hex("65 8801 0203 04")));
    EXPECT_TRUE(units[0].keyframe);
}

TEST_F(AvcDepacketizerTest, AFuAInOnePieceIsTolerated) {
    EXPECT_THAT(feed_.push(0, true, hex("5C C1 9A02")).at(0).units, ElementsAre(hex("41 9A02")));
}

TEST_F(AvcDepacketizerTest, ALostFragmentDiscardsTheUnit) {
    feed_.push(0, false, hex("7C 85 8801"));
    feed_.lose();
    EXPECT_THAT(feed_.push(0, true, hex("7C 45 04")), IsEmpty());
    EXPECT_EQ(feed_.counters().lostPackets, 1U);
    EXPECT_EQ(feed_.counters().discardedUnits, 1U);
    EXPECT_THAT(feed_.push(3000, true, kSlice), SizeIs(1));
    EXPECT_EQ(feed_.counters().discardedUnits, 1U);
}

TEST_F(AvcDepacketizerTest, ALostEndDiscardsTheUnitAndNotTheNext) {
    feed_.push(0, false, hex("7C 85 8801"));
    feed_.lose();
    const auto units = feed_.push(3000, true, kSlice);
    ASSERT_THAT(units, SizeIs(1));
    EXPECT_EQ(units[0].rtpTimestamp, 3000U);
    EXPECT_TRUE(units[0].complete);
    EXPECT_EQ(feed_.counters().discardedUnits, 1U);
}

TEST_F(AvcDepacketizerTest, ALostBeginningDiscardsTheUnit) {
    feed_.push(0, true, kIdr);
    feed_.lose(2);
    EXPECT_THAT(feed_.push(3000, true, kSecondSlice), IsEmpty());
    EXPECT_THAT(feed_.push(6000, true, kSlice), SizeIs(1));
    feed_.lose();
    EXPECT_THAT(feed_.push(9000, false, hex("5C 01 0102")), IsEmpty()); // the middle of a fragmented slice
    EXPECT_THAT(feed_.push(9000, true, hex("5C 41 0102")), IsEmpty());
    EXPECT_EQ(feed_.counters().discardedUnits, 2U);
    EXPECT_EQ(feed_.counters().lostPackets, 3U);
}

TEST_F(AvcDepacketizerTest, ANewFragmentInsideAnOldOneDiscardsTheUnit) {
    feed_.push(0, false, hex("7C 85 8801"));
    EXPECT_THAT(feed_.push(0, true, hex("7C C5 8801")), IsEmpty());
    feed_.push(3000, false, hex("7C 85 8801"));
    EXPECT_THAT(feed_.push(3000, true, kSlice), IsEmpty());
    EXPECT_EQ(feed_.counters().discardedUnits, 2U);
}

TEST_F(AvcDepacketizerTest, AFragmentWithoutEndDiscardsTheUnit) {
    EXPECT_THAT(feed_.push(0, true, hex("7C 85 8801")), IsEmpty());
    EXPECT_EQ(feed_.counters().discardedUnits, 1U);
    EXPECT_THAT(feed_.push(3000, true, kSlice), SizeIs(1));
}

TEST_F(AvcDepacketizerTest, ParameterSetsJoinThePictureBehindThem) {
    // Each with a marker and a time of its own, as some cameras send them.
    EXPECT_THAT(feed_.push(0, true, kSps), IsEmpty());
    EXPECT_THAT(feed_.push(0, true, kPps), IsEmpty());
    const auto units = feed_.push(3000, true, kIdr);
    ASSERT_THAT(units, SizeIs(1));
    EXPECT_EQ(units[0].rtpTimestamp, 3000U);
    EXPECT_THAT(units[0].units, ElementsAre(kSps, kPps, kIdr));
}

TEST_F(AvcDepacketizerTest, ARecoveryPointIsAKeyframe) {
    feed_.push(0, false, hex("06 06 01 C4 80"));
    EXPECT_TRUE(feed_.push(0, true, kSlice).at(0).keyframe);
}

TEST_F(AvcDepacketizerTest, RefusesTheInterleavedMode) {
    for (const char* type : {"79", "7A", "7B", "7D"}) {
        EXPECT_THAT(feed_.push(0, true, join({hex(type), hex("0001 0003"), kIdr})), IsEmpty()) << type;
    }
    EXPECT_EQ(feed_.counters().malformedPackets, 4U);
    EXPECT_EQ(feed_.counters().discardedUnits, 4U);
}

TEST_F(AvcDepacketizerTest, RefusesPacketTypesInsidePackets) {
    EXPECT_THAT(feed_.push(0, true, join({hex("78 0003"), kIdr, hex("0003 7C8501")})), IsEmpty());
    EXPECT_THAT(feed_.push(3000, true, hex("7C D8 0001")), IsEmpty());
    EXPECT_EQ(feed_.counters().malformedPackets, 2U);
}

TEST_F(AvcDepacketizerTest, IgnoresTypesForTheFutureAndEmptyPackets) {
    feed_.push(0, false, kIdr);
    feed_.push(0, false, hex("7E 01"));
    feed_.push(0, false, hex("60 01"));
    feed_.push(0, false, {});
    EXPECT_THAT(feed_.push(0, true, kSecondSlice).at(0).units, ElementsAre(kIdr, kSecondSlice));
    EXPECT_EQ(feed_.counters().malformedPackets, 3U);
}

TEST_F(AvcDepacketizerTest, AUnitHasALimit) {
    feed_.push(0, false, hex("7C 85 8801"));
    for (int i = 0; i < 200; ++i) feed_.push(0, false, join({hex("7C 05"), pattern(1000)}));
    EXPECT_THAT(feed_.push(0, true, hex("7C 45 01")), IsEmpty());
    EXPECT_EQ(feed_.counters().oversizedUnits, 1U);
    EXPECT_EQ(feed_.counters().discardedUnits, 0U);
    EXPECT_THAT(feed_.push(3000, true, kSlice), SizeIs(1));
}

TEST_F(AvcDepacketizerTest, ManyTinyNalUnitsCountForMoreThanTheirBytes) {
    base::Bytes stap = hex("78");
    for (int i = 0; i < 2000; ++i) stap = join({stap, hex("0001 41")});
    EXPECT_THAT(feed_.push(0, true, stap), IsEmpty());
    EXPECT_EQ(feed_.counters().oversizedUnits, 1U);
}

} // namespace
} // namespace hookcast::rtp::test
