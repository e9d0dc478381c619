// Senders that set the marker on other packets than a picture's last.
#include "rtp/AvcDepacketizer.h"
#include "rtp/HevcDepacketizer.h"

#include "unit/rtp/RtpTesting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hookcast::rtp::test {
namespace {

using support::hex;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const base::Bytes kSps = hex("67 42C00DD901519E22");
const base::Bytes kIdr = hex("65 88 01");
const base::Bytes kSlice = hex("41 9A 02");
const base::Bytes kSecondSlice = hex("41 40 03"); // first_mb_in_slice is not 0
const base::Bytes kSecondIdr = hex("65 40 04");

class MarkerTest : public testing::Test {
  protected:
    MarkerTest() { depacketizer_.distrustMarkers(); }

    std::vector<AccessUnit> push(std::uint32_t timestamp, bool marker, const base::Bytes& payload) {
        return test::push(depacketizer_, rtp(sequence_++, timestamp, marker, payload));
    }

    AvcDepacketizer depacketizer_{100'000};
    std::uint16_t sequence_ = 0;
};

TEST_F(MarkerTest, OnEverySliceMakesOneUnitOfEachPicture) {
    for (std::uint32_t picture = 0; picture < 5; ++picture) {
        const std::uint32_t timestamp = picture * 3000;
        const auto before = push(timestamp, true, kSps);
        const auto first = push(timestamp, true, kIdr);
        if (picture > 0) {
            ASSERT_THAT(before, SizeIs(1));
            EXPECT_THAT(before[0].units, ElementsAre(kSps, kIdr, kSecondIdr, kSecondIdr));
            EXPECT_EQ(before[0].rtpTimestamp, timestamp - 3000);
            EXPECT_TRUE(before[0].keyframe);
        }
        EXPECT_THAT(first, IsEmpty());
        EXPECT_THAT(push(timestamp, true, kSecondIdr), IsEmpty());
        EXPECT_THAT(push(timestamp, true, kSecondIdr), IsEmpty());
    }
    EXPECT_TRUE(depacketizer_.holds());
    EXPECT_THAT(depacketizer_.flush(), SizeIs(1));
}

TEST_F(MarkerTest, OnEveryFragmentMakesOneUnitOfEachPicture) {
    for (std::uint32_t picture = 0; picture < 3; ++picture) {
        EXPECT_THAT(push(picture * 3000, true, hex("7C 85 8801")), SizeIs(picture > 0 ? 1 : 0));
        EXPECT_THAT(push(picture * 3000, true, hex("7C 05 0203")), IsEmpty());
        EXPECT_THAT(push(picture * 3000, true, hex("7C 45 04")), IsEmpty());
        EXPECT_THAT(push(picture * 3000, true, hex("7C 85 4001")), IsEmpty());
        EXPECT_THAT(push(picture * 3000, true, hex("7C 45 04")), IsEmpty());
    }
    EXPECT_EQ(depacketizer_.counters().discardedUnits, 0U);
}

TEST_F(MarkerTest, OnEverySliceOfAnAggregateIsSeenToo) {
    EXPECT_THAT(push(0, true, kIdr), IsEmpty());
    EXPECT_THAT(push(0, true, support::join({hex("78 0003"), kSecondIdr})), IsEmpty());
    EXPECT_THAT(push(3000, true, kSlice).at(0).units, ElementsAre(kIdr, kSecondIdr));
}

TEST_F(MarkerTest, ThatWasRightCostsNoTimeAnyMore) {
    EXPECT_THAT(push(0, true, kIdr), IsEmpty());
    EXPECT_THAT(push(3000, true, kSlice), SizeIs(2));
    EXPECT_THAT(push(6000, true, kSlice), SizeIs(1));
    EXPECT_FALSE(depacketizer_.holds());
}

TEST_F(MarkerTest, ThatWasRightIsSeenBehindAPauseToo) {
    EXPECT_THAT(push(0, true, kIdr), IsEmpty());
    EXPECT_THAT(depacketizer_.flush(), SizeIs(1));
    EXPECT_THAT(depacketizer_.flush(), IsEmpty());
    EXPECT_THAT(push(90000, true, kSlice), SizeIs(1));
}

TEST_F(MarkerTest, ThatTurnsOutWrongLaterIsIgnoredFromThereOn) {
    push(0, true, kIdr);
    EXPECT_THAT(push(3000, true, kSlice), SizeIs(2));
    EXPECT_THAT(push(3000, true, kSecondSlice), IsEmpty());
    EXPECT_THAT(push(6000, true, kSlice), SizeIs(1));
    EXPECT_THAT(push(6000, true, kSecondSlice), IsEmpty());
    EXPECT_THAT(push(9000, true, kSlice).at(0).units, ElementsAre(kSlice, kSecondSlice));
}

TEST_F(MarkerTest, AUnitThatMayLackItsLastSlicesIsDiscarded) {
    push(0, true, kIdr);
    push(0, true, kSecondIdr);
    EXPECT_THAT(push(3000, true, kSlice), SizeIs(1));
    ++sequence_; // a slice of this picture, or the first of the next
    EXPECT_THAT(push(6000, true, kSlice), IsEmpty());
    EXPECT_THAT(push(9000, true, kSlice), SizeIs(1));
    EXPECT_EQ(depacketizer_.counters().discardedUnits, 1U);
}

/// Two fields, or pictures of a sender whose clock stands still.
TEST_F(MarkerTest, TwoPicturesOfOneTimeAreTwoUnits) {
    EXPECT_THAT(push(0, true, kIdr), IsEmpty());
    EXPECT_THAT(push(0, true, kSlice), SizeIs(1));
    EXPECT_THAT(push(0, true, kSlice), SizeIs(1));
}

TEST(HevcMarkerTest, OnEverySliceMakesOneUnitOfEachPicture) {
    HevcDepacketizer depacketizer(100'000);
    depacketizer.distrustMarkers();
    std::uint16_t sequence = 0;
    const auto push = [&](std::uint32_t timestamp, const char* payload) {
        return test::push(depacketizer, rtp(sequence++, timestamp, true, hex(payload)));
    };
    EXPECT_THAT(push(0, "2601 80 01"), IsEmpty());
    EXPECT_THAT(push(0, "2601 40 02"), IsEmpty());
    EXPECT_THAT(push(0, "6201 93 40 03"), IsEmpty()); // the beginning of a third, cut up
    EXPECT_THAT(push(0, "6201 53 04"), IsEmpty());
    const auto units = push(3000, "0201 80 05");
    ASSERT_THAT(units, SizeIs(1));
    EXPECT_THAT(units[0].units, ElementsAre(hex("2601 80 01"), hex("2601 40 02"), hex("2601 40 03 04")));
}

} // namespace
} // namespace hookcast::rtp::test
