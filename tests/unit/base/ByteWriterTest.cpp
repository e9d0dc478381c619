#include "base/ByteWriter.h"

#include "base/ByteReader.h"

#include <gtest/gtest.h>

namespace hookcast::base {
namespace {

TEST(ByteWriter, WritesBigEndianNumbersOfEveryWidth) {
    Bytes out;
    ByteWriter writer(out);
    writer.u8(0x01);
    writer.u16(0x0203);
    writer.u24(0x040506);
    writer.u32(0x0708090A);
    writer.u64(0x0B0C0D0E0F101112);
    const Bytes expected = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09,
                            0x0A, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F, 0x10, 0x11, 0x12};
    EXPECT_EQ(out, expected);
}

TEST(ByteWriter, A24BitNumberLosesItsHighByte) {
    Bytes out;
    ByteWriter(out).u24(0xAB123456);
    EXPECT_EQ(out, (Bytes{0x12, 0x34, 0x56}));
}

TEST(ByteWriter, AppendsBehindWhatIsThere) {
    Bytes out = {7};
    ByteWriter writer(out);
    writer.text("ab");
    writer.bytes(Bytes{1, 2});
    writer.bytes({});
    EXPECT_EQ(out, (Bytes{7, 'a', 'b', 1, 2}));
}

TEST(ByteWriter, WhatItWritesTheReaderReads) {
    Bytes out;
    ByteWriter writer(out);
    writer.f64(-0.5);
    writer.u64(~0ULL);
    ByteReader reader(out);
    EXPECT_DOUBLE_EQ(reader.f64(), -0.5);
    EXPECT_EQ(reader.u64(), ~0ULL);
    EXPECT_TRUE(reader.ok());
}

} // namespace
} // namespace hookcast::base
