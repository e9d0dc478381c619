#include "media/BitReader.h"

#include "media/BitWriter.h"
#include "unit/support/TestBytes.h"

#include <gtest/gtest.h>

namespace hookcast::media {
namespace {

using support::hex;

TEST(BitReader, ReadsBitsFromTheMostSignificantOn) {
    const base::Bytes bytes = hex("A5 3C FF");
    BitReader reader(bytes);
    EXPECT_EQ(reader.bits(3), 5U);
    EXPECT_FALSE(reader.flag());
    EXPECT_EQ(reader.bits(8), 0x53U);
    EXPECT_EQ(reader.bits(0), 0U);
    reader.skip(4);
    EXPECT_EQ(reader.bits(8), 0xFFU);
    EXPECT_TRUE(reader.ok());
}

TEST(BitReader, PastTheEndIsZerosAndNotOk) {
    const base::Bytes bytes = hex("FF");
    BitReader reader(bytes);
    EXPECT_EQ(reader.bits(12), 0xFF0U);
    EXPECT_FALSE(reader.ok());
    EXPECT_EQ(reader.ue(), 0U);
    reader.skip(std::size_t{1} << 40U);
    EXPECT_FALSE(reader.ok());
}

TEST(BitReader, ReadsExpGolombCodes) {
    // H.264, table 9-2: 1, 010, 011, 00100, 00101, 00110, 00111, 0001000.
    base::Bytes bytes;
    BitWriter writer(bytes);
    for (const auto& [code, size] : {std::pair{1U, 1U}, {2U, 3U}, {3U, 3U}, {4U, 5U}, {5U, 5U}, {6U, 5U}, {7U, 5U}}) {
        writer.bits(code, size);
    }
    BitReader numbers(bytes);
    for (std::uint32_t expected = 0; expected < 7; ++expected) EXPECT_EQ(numbers.ue(), expected);
    BitReader signedNumbers(bytes);
    for (const std::int32_t expected : {0, 1, -1, 2, -2, 3, -3}) EXPECT_EQ(signedNumbers.se(), expected);
}

TEST(BitReader, ReadsTheLargestExpGolombCodes) {
    base::Bytes bytes;
    BitWriter writer(bytes);
    writer.bits(0, 31);
    writer.bits(1, 1);
    writer.bits(0x7FFFFFFF, 31);
    BitReader largestOf31(bytes);
    EXPECT_EQ(largestOf31.ue(), 0xFFFFFFFEU);
    EXPECT_TRUE(largestOf31.ok());
    BitReader asSigned(bytes);
    EXPECT_EQ(asSigned.se(), -0x7FFFFFFF);
    EXPECT_TRUE(asSigned.ok());
}

TEST(BitReader, ACodeThatNo32BitsHoldIsNone) {
    const base::Bytes tooLong = hex("00 00 00 00 80 00 00 00 00");
    BitReader beyond(tooLong);
    EXPECT_EQ(beyond.ue(), 0xFFFFFFFFU);
    const base::Bytes over = hex("00 00 00 00 FF FF FF FF FF");
    BitReader overflow(over);
    overflow.ue();
    EXPECT_FALSE(overflow.ok());
    const base::Bytes zeros(16, 0);
    BitReader endless(zeros);
    endless.ue();
    EXPECT_FALSE(endless.ok());
}

TEST(BitReader, LeavesOutEmulationPreventionBytes) {
    const base::Bytes bytes = hex("00 00 03 01 00 00 03 00 00 03 03");
    BitReader nal = BitReader::ofNalPayload(bytes);
    base::Bytes read;
    for (int i = 0; i < 8; ++i) read.push_back(static_cast<std::uint8_t>(nal.bits(8)));
    EXPECT_EQ(read, hex("00 00 01 00 00 00 00 03"));
    EXPECT_TRUE(nal.ok());
    EXPECT_FALSE(nal.flag());
    EXPECT_FALSE(nal.ok());

    BitReader plain(bytes);
    EXPECT_EQ(plain.bits(24), 3U);
}

TEST(BitReader, AlignsToTheNextByte) {
    const base::Bytes bytes = hex("80 7F");
    BitReader reader(bytes);
    reader.alignToByte();
    EXPECT_TRUE(reader.flag());
    reader.alignToByte();
    EXPECT_EQ(reader.bits(8), 0x7FU);
}

} // namespace
} // namespace hookcast::media
