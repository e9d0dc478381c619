#include "rtp/HevcDepacketizer.h"

#include "unit/rtp/RtpTesting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hookcast::rtp::test {
namespace {

using support::hex;
using support::join;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const base::Bytes kVps = hex("4001 0C01");
const base::Bytes kSps = hex("4201 0101");
const base::Bytes kPps = hex("4401 C172");
const base::Bytes kIdr = hex("2601 AF01");
const base::Bytes kSlice = hex("0201 D002");
const base::Bytes kSecondSlice = hex("0201 5003");

class HevcDepacketizerTest : public testing::Test {
  protected:
    PacketFeed feed_{std::make_unique<HevcDepacketizer>(100'000)};
};

TEST_F(HevcDepacketizerTest, ReadsSingleNalUnits) {
    for (const base::Bytes& unit : {kVps, kSps, kPps}) EXPECT_THAT(feed_.push(0, false, unit), IsEmpty());
    const auto units = feed_.push(0, true, kIdr);
    ASSERT_THAT(units, SizeIs(1));
    EXPECT_THAT(units[0].units, ElementsAre(kVps, kSps, kPps, kIdr));
    EXPECT_TRUE(units[0].keyframe);
    EXPECT_TRUE(units[0].hasParameterSets);
    const auto slice = feed_.push(3000, true, kSlice);
    ASSERT_THAT(slice, SizeIs(1));
    EXPECT_FALSE(slice[0].keyframe);
    EXPECT_FALSE(slice[0].hasParameterSets);
}

TEST_F(HevcDepacketizerTest, ReadsAggregationPackets) {
    EXPECT_THAT(feed_.push(0, true, join({hex("6001 0004"), kVps, hex("0004"), kIdr})).at(0).units,
                ElementsAre(kVps, kIdr));
}

TEST_F(HevcDepacketizerTest, ReadsFragments) {
    feed_.push(0, false, hex("6201 93 AF01"));
    feed_.push(0, false, hex("6201 13 0203"));
    const auto units = feed_.push(0, true, hex("6201 53 04"));
    ASSERT_THAT(units, SizeIs(1));
    EXPECT_THAT(units[0].units, ElementsAre(hex("2601 AF01 0203 04")));
    EXPECT_TRUE(units[0].keyframe);
}

TEST_F(HevcDepacketizerTest, ALossDiscardsTheUnit) {
    feed_.push(0, false, hex("6201 93 AF01"));
    feed_.lose();
    EXPECT_THAT(feed_.push(0, true, hex("6201 53 04")), IsEmpty());
    feed_.lose();
    EXPECT_THAT(feed_.push(3000, true, kSecondSlice), IsEmpty());
    EXPECT_THAT(feed_.push(6000, true, kSlice), SizeIs(1));
    EXPECT_EQ(feed_.counters().discardedUnits, 2U);
}

TEST_F(HevcDepacketizerTest, RefusesWhatItCannotRead) {
    EXPECT_THAT(feed_.push(0, true, hex("6401 0102")), IsEmpty()); // PACI
    EXPECT_THAT(feed_.push(3000, true, hex("6201 93")), IsEmpty());
    EXPECT_THAT(feed_.push(6000, true, hex("6001 0009 26")), IsEmpty());
    EXPECT_EQ(feed_.counters().discardedUnits, 3U);
    feed_.push(9000, false, hex("26"));
    feed_.push(9000, false, hex("7E01 01"));
    EXPECT_THAT(feed_.push(9000, true, kIdr), SizeIs(1));
    EXPECT_EQ(feed_.counters().malformedPackets, 5U);
}

} // namespace
} // namespace hookcast::rtp::test
