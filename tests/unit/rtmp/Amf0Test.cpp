#include "rtmp/Amf0.h"

#include "unit/rtmp/TestBytes.h"

#include <gtest/gtest.h>

namespace hookcast::rtmp::test {
namespace {

constexpr std::uint32_t kDepth = 32;

base::Result<Amf> parsed(const base::Bytes& bytes, std::uint32_t maxDepth = kDepth) {
    base::ByteReader reader(bytes);
    return readAmf0(reader, maxDepth);
}

/// The one value in `digits`, with nothing behind it.
Amf value(std::string_view digits) {
    const base::Bytes bytes = hex(digits);
    base::ByteReader reader(bytes);
    auto result = readAmf0(reader, kDepth);
    EXPECT_EQ(errorOf(result), "");
    EXPECT_EQ(reader.remaining(), 0U);
    return result.ok() ? result.take() : Amf();
}

std::string error(std::string_view digits, std::uint32_t maxDepth = kDepth) {
    return errorOf(parsed(hex(digits), maxDepth));
}

base::Bytes written(const Amf& amf) {
    base::Bytes out;
    writeAmf0(out, amf);
    return out;
}

base::Bytes repeated(const base::Bytes& unit, std::size_t count) {
    base::Bytes bytes;
    for (std::size_t i = 0; i < count; ++i) bytes.insert(bytes.end(), unit.begin(), unit.end());
    return bytes;
}

TEST(Amf0, ReadsSimpleValues) {
    EXPECT_EQ(value("00 3FF8000000000000"), Amf::number(1.5));
    EXPECT_EQ(value("01 00"), Amf::boolean(false));
    EXPECT_EQ(value("01 01"), Amf::boolean(true));
    EXPECT_EQ(value("01 02"), Amf::boolean(true));
    EXPECT_EQ(value("02 0004 6C697665"), Amf::string("live"));
    EXPECT_EQ(value("02 0000"), Amf::string(""));
    EXPECT_EQ(value("05"), Amf::null());
    EXPECT_EQ(value("06"), Amf::undefined());
    EXPECT_EQ(value("0B 408F400000000000 FFC4"), Amf::date(1000));
    EXPECT_EQ(value("0C 00000004 6C697665"), Amf::string("live"));
    EXPECT_EQ(value("0D"), Amf::undefined());
    EXPECT_EQ(value("0F 00000004 3C612F3E"), Amf::xml("<a/>"));
}

TEST(Amf0, StringsMayHoldAnyByte) {
    EXPECT_EQ(value("02 0004 00 FF 09 0A").asString(), std::string_view("\0\xFF\t\n", 4));
}

TEST(Amf0, ReadsObjectsInOrder) {
    EXPECT_EQ(value("03 0003 617070 02 0004 6C697665"
                    "   0001 61 05"
                    "   0000 09"),
              Amf::object({{"app", Amf::string("live")}, {"a", Amf::null()}}));
    EXPECT_EQ(value("03 000009"), Amf::object());
    EXPECT_EQ(value("10 0001 50 0001 78 05 000009"), Amf::typedObject("P", {{"x", Amf::null()}}));
}

TEST(Amf0, AnEmptyNameIsNotTheEnd) {
    EXPECT_EQ(value("03 0000 05 0001 61 06 000009"), Amf::object({{"", Amf::null()}, {"a", Amf::undefined()}}));
}

TEST(Amf0, TheCountOfAnEcmaArrayIsAHint) {
    const Amf expected = Amf::ecmaArray({{"a", Amf::null()}, {"b", Amf::undefined()}});
    EXPECT_EQ(value("08 00000002 0001 61 05 0001 62 06 000009"), expected);
    EXPECT_EQ(value("08 00000000 0001 61 05 0001 62 06 000009"), expected);
    EXPECT_EQ(value("08 FFFFFFFF 0001 61 05 0001 62 06 000009"), expected);
}

TEST(Amf0, ReadsStrictArrays) {
    EXPECT_EQ(value("0A 00000000"), Amf::strictArray());
    EXPECT_EQ(value("0A 00000003 05 06 0A 00000001 05"),
              Amf::strictArray({Amf::null(), Amf::undefined(), Amf::strictArray({Amf::null()})}));
}

TEST(Amf0, AStrictArrayMayNotAnnounceMoreThanThereIs) {
    EXPECT_EQ(error("0A FFFFFFFF 05 05"), "AMF0: no room for an array of 4294967295");
    EXPECT_EQ(error("0A 00000003 05 05"), "AMF0: no room for an array of 3");
    EXPECT_EQ(error("0A 00000002 02 0000"), "AMF0: cut off inside a value");
}

TEST(Amf0, LeavesWhatFollowsTheValue) {
    const base::Bytes bytes = hex("05 06");
    base::ByteReader reader(bytes);
    EXPECT_EQ(readAmf0(reader, kDepth).value(), Amf::null());
    EXPECT_EQ(readAmf0(reader, kDepth).value(), Amf::undefined());
    EXPECT_EQ(errorOf(readAmf0(reader, kDepth)), "AMF0: cut off inside a value");
}

TEST(Amf0, WhatIsCutOffIsAnError) {
    const base::Bytes whole = hex("03 0001 61 00 3FF8000000000000"
                                  "   0001 62 01 01"
                                  "   0001 63 02 0002 7878"
                                  "   0001 64 0B 0000000000000000 0000"
                                  "   0001 65 0C 00000001 78"
                                  "   0001 66 0F 00000001 78"
                                  "   0001 67 10 0001 50 0001 78 05 000009"
                                  "   0001 68 08 00000001 0001 78 05 000009"
                                  "   0001 69 0A 00000001 05"
                                  "   0001 6A 11 0A 0B 01 03 61 01 01"
                                  "   0000 09");
    ASSERT_EQ(errorOf(parsed(whole)), "");
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_NE(errorOf(parsed({whole.begin(), whole.begin() + static_cast<int>(size)})), "") << size;
    }
}

TEST(Amf0, RefusesWhatItDoesNotKnow) {
    EXPECT_EQ(error("07 0000"), "AMF0: references are not supported");
    EXPECT_EQ(error("04"), "AMF0: unknown marker 0x04");
    EXPECT_EQ(error("0E"), "AMF0: unknown marker 0x0e");
    EXPECT_EQ(error("12"), "AMF0: unknown marker 0x12");
    EXPECT_EQ(error("FF"), "AMF0: unknown marker 0xff");
    EXPECT_EQ(error("09"), "AMF0: unknown marker 0x09");
    EXPECT_EQ(error("03 0001 61 09"), "AMF0: unknown marker 0x09");
}

TEST(Amf0, NestingIsLimited) {
    EXPECT_EQ(error("05", 1), "");
    EXPECT_EQ(error("05", 0), "AMF0: nested deeper than 0");
    EXPECT_EQ(error("0A 00000001 05", 2), "");
    EXPECT_EQ(error("0A 00000001 05", 1), "AMF0: nested deeper than 1");
    EXPECT_EQ(error("03 0001 61 03 0001 62 05 000009 000009", 3), "");
    EXPECT_EQ(error("03 0001 61 03 0001 62 05 000009 000009", 2), "AMF0: nested deeper than 2");
    EXPECT_EQ(error("11 09 03 01 01", 2), "");
    EXPECT_EQ(error("11 09 03 01 01", 1), "AMF3: nested deeper than 1");
}

TEST(Amf0, NestingOf10000IsRefusedWithoutOverflow) {
    constexpr std::size_t kLevels = 10000;
    for (const std::string_view level : {"03 0001 61", "08 00000001 0001 61", "0A 00000001", "10 0001 50 0001 61"}) {
        const base::Bytes bytes = repeated(hex(level), kLevels);
        EXPECT_EQ(errorOf(parsed(bytes)), "AMF0: nested deeper than 32");
        EXPECT_EQ(errorOf(parsed(bytes, 0xFFFFFFFF)), "AMF0: nested deeper than 128");
    }
    const base::Bytes amf3 = join({hex("11"), repeated(hex("09 03 01"), kLevels)});
    EXPECT_EQ(errorOf(parsed(amf3, 0xFFFFFFFF)), "AMF3: nested deeper than 128");
}

TEST(Amf0, TheNumberOfValuesIsLimited) {
    const auto nulls = [](std::uint32_t count) {
        base::Bytes bytes{0x0A, static_cast<std::uint8_t>(count >> 24U), static_cast<std::uint8_t>(count >> 16U),
                          static_cast<std::uint8_t>(count >> 8U), static_cast<std::uint8_t>(count)};
        bytes.resize(bytes.size() + count, 0x05);
        return bytes;
    };
    EXPECT_EQ(errorOf(parsed(nulls(65535))), "");
    EXPECT_EQ(errorOf(parsed(nulls(65536))), "AMF0: too many values");
}

TEST(Amf0, TheAvmPlusMarkerSwitchesToAmf3ForOneValue) {
    EXPECT_EQ(value("0A 00000003 11 04 05 05 11 06 03 61"),
              Amf::strictArray({Amf::number(5), Amf::null(), Amf::string("a")}));
}

TEST(Amf0, Amf3ValuesDoNotShareTheirTables) {
    EXPECT_EQ(error("0A 00000002 11 06 03 61 11 06 00"), "AMF3: no string 0 to refer to");
}

TEST(Amf0, WritesSimpleValues) {
    EXPECT_EQ(written(Amf::number(1.5)), hex("00 3FF8000000000000"));
    EXPECT_EQ(written(Amf::boolean(true)), hex("01 01"));
    EXPECT_EQ(written(Amf::boolean(false)), hex("01 00"));
    EXPECT_EQ(written(Amf::string("live")), hex("02 0004 6C697665"));
    EXPECT_EQ(written(Amf::null()), hex("05"));
    EXPECT_EQ(written(Amf::undefined()), hex("06"));
    EXPECT_EQ(written(Amf::date(1000)), hex("0B 408F400000000000 0000"));
    EXPECT_EQ(written(Amf::xml("<a/>")), hex("0F 00000004 3C612F3E"));
}

TEST(Amf0, WritesCompoundValues) {
    EXPECT_EQ(written(Amf::object({{"a", Amf::null()}})), hex("03 0001 61 05 000009"));
    EXPECT_EQ(written(Amf::typedObject("P", {{"a", Amf::null()}})), hex("10 0001 50 0001 61 05 000009"));
    EXPECT_EQ(written(Amf::ecmaArray({{"a", Amf::null()}})), hex("08 00000001 0001 61 05 000009"));
    EXPECT_EQ(written(Amf::strictArray({Amf::null(), Amf::undefined()})), hex("0A 00000002 05 06"));
}

TEST(Amf0, StringsBeyond65535BytesAreLong) {
    const std::string shortest(65535, 'x');
    const std::string longest(65536, 'x');
    EXPECT_EQ(written(Amf::string(shortest)), join({hex("02 FFFF"), textBytes(shortest)}));
    EXPECT_EQ(written(Amf::string(longest)), join({hex("0C 00010000"), textBytes(longest)}));
    EXPECT_EQ(parsed(written(Amf::string(longest))).value(), Amf::string(longest));
}

TEST(Amf0, NamesThatDoNotFitAreLeftOut) {
    const std::string tooLong(65536, 'x');
    EXPECT_EQ(written(Amf::object({{tooLong, Amf::null()}, {"a", Amf::null()}})), hex("03 0001 61 05 000009"));
    EXPECT_EQ(written(Amf::ecmaArray({{tooLong, Amf::null()}, {"a", Amf::null()}})),
              hex("08 00000001 0001 61 05 000009"));
    EXPECT_EQ(written(Amf::typedObject(tooLong)), hex("03 000009"));
}

TEST(Amf0, WhatIsWrittenIsReadBack) {
    const Amf amf = Amf::object({
        {"", Amf::number(-0.0)},
        {"list", Amf::strictArray({Amf::boolean(true), Amf::object(), Amf::ecmaArray({{"0", Amf::date(-1)}})})},
        {"class", Amf::typedObject("P", {{"x", Amf::xml("<x/>")}})},
        {"text", Amf::string(std::string(70000, 'y'))},
    });
    const auto back = parsed(written(amf));
    ASSERT_EQ(errorOf(back), "");
    EXPECT_EQ(back.value(), amf);
}

} // namespace
} // namespace hookcast::rtmp::test
