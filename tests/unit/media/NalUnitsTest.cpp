#include "media/NalUnits.h"

#include "unit/support/TestBytes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hookcast::media {
namespace {

using support::errorOf;
using support::hex;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<base::Bytes> copied(const std::vector<base::ByteSpan>& units) {
    std::vector<base::Bytes> copies;
    for (const base::ByteSpan unit : units) copies.emplace_back(unit.begin(), unit.end());
    return copies;
}

std::vector<base::Bytes> lengthPrefixed(const base::Bytes& payload, unsigned lengthSizeBytes) {
    std::vector<base::ByteSpan> units;
    EXPECT_EQ(errorOf(splitLengthPrefixed(payload, lengthSizeBytes, units)), "");
    return copied(units);
}

std::vector<base::Bytes> annexB(const base::Bytes& stream) {
    std::vector<base::ByteSpan> units;
    splitAnnexB(stream, units);
    return copied(units);
}

TEST(NalUnits, SplitsByLengthsOfOneToFourBytes) {
    EXPECT_THAT(lengthPrefixed(hex("02 6501 01 41"), 1), ElementsAre(hex("6501"), hex("41")));
    EXPECT_THAT(lengthPrefixed(hex("0002 6501 0001 41"), 2), ElementsAre(hex("6501"), hex("41")));
    EXPECT_THAT(lengthPrefixed(hex("000002 6501 000001 41"), 3), ElementsAre(hex("6501"), hex("41")));
    EXPECT_THAT(lengthPrefixed(hex("00000002 6501 00000001 41"), 4), ElementsAre(hex("6501"), hex("41")));
    EXPECT_THAT(lengthPrefixed({}, 4), IsEmpty());
    EXPECT_THAT(lengthPrefixed(hex("0000 0001 41"), 2), ElementsAre(hex("41")));
}

TEST(NalUnits, ALengthBeyondTheEndIsAnError) {
    const base::Bytes payload = hex("00000001 41 FFFFFFFF 00");
    std::vector<base::ByteSpan> units;
    EXPECT_EQ(errorOf(splitLengthPrefixed(payload, 4, units)),
              "a NAL unit of 4294967295 bytes with 1 left in its frame");
    EXPECT_THAT(copied(units), ElementsAre(hex("41")));
    units.clear();
    const base::Bytes cutLength = hex("0000");
    EXPECT_FALSE(splitLengthPrefixed(cutLength, 4, units).ok());
}

TEST(NalUnits, AFrameMayHaveStartCodesWhereLengthsShouldBe) {
    const auto split = [](const base::Bytes& payload, unsigned lengthSizeBytes = 4) {
        std::vector<base::ByteSpan> units;
        static_cast<void>(splitFrame(payload, lengthSizeBytes, units));
        return copied(units);
    };
    for (const unsigned lengthSizeBytes : {1U, 2U, 3U, 4U}) {
        EXPECT_THAT(split(hex("00000001 6588 00000001 419A01"), lengthSizeBytes),
                    ElementsAre(hex("6588"), hex("419A01")));
        EXPECT_THAT(split(hex("000001 6588 000001 419A01"), lengthSizeBytes), ElementsAre(hex("6588"), hex("419A01")));
    }
    base::Bytes long256 = hex("00000100");
    long256.resize(4 + 256, 0x65);
    EXPECT_THAT(split(long256), ElementsAre(base::Bytes(256, 0x65))) << "a length that looks like one";
    EXPECT_THAT(split(hex("00000001 65")), ElementsAre(hex("65")));
    EXPECT_THAT(split(hex("00000002 6501 00000009 41")), ElementsAre(hex("6501"))) << "what stands before the fault";
    std::vector<base::ByteSpan> units;
    const base::Bytes broken = hex("00000009 41");
    EXPECT_FALSE(splitFrame(broken, 4, units).ok());
    for (const char* none : {"", "00", "0000", "000001", "00000000 01", "010001 65", "000001 90"})
        EXPECT_FALSE(beginsWithStartCode(hex(none))) << none;
}

TEST(NalUnits, JoinsWithLengthsOfFourBytes) {
    const std::vector<base::Bytes> units{hex("6501"), hex("41")};
    base::Bytes out = hex("FF");
    appendLengthPrefixed(units, out);
    EXPECT_EQ(out, hex("FF 00000002 6501 00000001 41"));
    const std::vector<base::ByteSpan> views{units[1], units[0]};
    out.clear();
    appendLengthPrefixed(views, out);
    EXPECT_EQ(out, hex("00000001 41 00000002 6501"));
}

TEST(NalUnits, SplitsByStartCodes) {
    EXPECT_THAT(annexB(hex("00000001 6742 000001 68 0000000001 6588")),
                ElementsAre(hex("6742"), hex("68"), hex("6588")));
    EXPECT_THAT(annexB(hex("000001 65 0000 02 000003 01")), ElementsAre(hex("65 0000 02 000003 01")));
    EXPECT_THAT(annexB(hex("000001 65 0000")), ElementsAre(hex("65")));
    EXPECT_THAT(annexB(hex("000001 000001 000001 41")), ElementsAre(hex("41")));
    EXPECT_THAT(annexB(hex("0102 000001 41")), ElementsAre(hex("41")));
    EXPECT_THAT(annexB(hex("0102")), IsEmpty());
    EXPECT_THAT(annexB({}), IsEmpty());
}

} // namespace
} // namespace hookcast::media
