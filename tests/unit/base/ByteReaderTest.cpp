#include "base/ByteReader.h"

#include "base/Bytes.h"

#include <gtest/gtest.h>

#include <limits>

namespace hookcast::base {
namespace {

TEST(ByteReader, ReadsBigEndianNumbersOfEveryWidth) {
    const Bytes bytes = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09,
                         0x0A, 0xFF, 0xFE, 0xFD, 0xFC, 0xFB, 0xFA, 0xF9, 0xF8};
    ByteReader reader(bytes);
    EXPECT_EQ(reader.u8(), 0x01);
    EXPECT_EQ(reader.u16(), 0x0203);
    EXPECT_EQ(reader.u24(), 0x040506U);
    EXPECT_EQ(reader.u32(), 0x0708090AU);
    EXPECT_EQ(reader.position(), 10U);
    EXPECT_EQ(reader.u64(), 0xFFFEFDFCFBFAF9F8U);
    EXPECT_TRUE(reader.ok());
    EXPECT_EQ(reader.remaining(), 0U);
}

TEST(ByteReader, ReadsDoubles) {
    const Bytes bytes = {0x40, 0x09, 0x21, 0xFB, 0x54, 0x44, 0x2D, 0x18};
    ByteReader reader(bytes);
    EXPECT_DOUBLE_EQ(reader.f64(), 3.141592653589793);
}

TEST(ByteReader, PastTheEndReadsZerosAndIsNotOkForGood) {
    const Bytes bytes = {0xFF, 0xFF, 0xFF};
    ByteReader reader(bytes);
    EXPECT_EQ(reader.u32(), 0U);
    EXPECT_FALSE(reader.ok());
    EXPECT_EQ(reader.remaining(), 0U) << "what is left of a torn record must not be taken for the next one";
    EXPECT_EQ(reader.u8(), 0U);
    EXPECT_FALSE(reader.ok());
}

TEST(ByteReader, AnImpossibleSizeIsRefused) {
    const Bytes bytes = {1, 2, 3};
    ByteReader reader(bytes);
    reader.u8();
    EXPECT_TRUE(reader.bytes(std::numeric_limits<std::size_t>::max()).empty());
    EXPECT_FALSE(reader.ok());
}

TEST(ByteReader, GivesViewsOfItsBytes) {
    const Bytes bytes = {1, 2, 3, 4};
    ByteReader reader(bytes);
    const ByteSpan two = reader.bytes(2);
    EXPECT_EQ(two.data(), bytes.data());
    EXPECT_EQ(two.size(), 2U);
    EXPECT_EQ(reader.rest().size(), 2U);
    EXPECT_TRUE(reader.bytes(0).empty());
    EXPECT_TRUE(reader.rest().empty());
    EXPECT_TRUE(reader.ok()) << "an empty rest is no error";
}

TEST(ByteReader, PeekConsumesNothing) {
    const Bytes bytes = {9};
    ByteReader reader(bytes);
    EXPECT_EQ(reader.peek(), 9);
    EXPECT_EQ(reader.u8(), 9);
    EXPECT_EQ(reader.peek(), 0);
    EXPECT_TRUE(reader.ok());
}

} // namespace
} // namespace hookcast::base
