#include "rtmp/Amf3.h"

#include "unit/rtmp/TestBytes.h"

#include <gtest/gtest.h>

namespace hookcast::rtmp::test {
namespace {

constexpr std::uint32_t kDepth = 32;

base::Result<Amf> parsed(const base::Bytes& bytes, std::uint32_t maxDepth = kDepth) {
    base::ByteReader reader(bytes);
    return readAmf3(reader, maxDepth);
}

Amf value(std::string_view digits) {
    const base::Bytes bytes = hex(digits);
    base::ByteReader reader(bytes);
    auto result = readAmf3(reader, kDepth);
    EXPECT_EQ(errorOf(result), "");
    EXPECT_EQ(reader.remaining(), 0U);
    return result.ok() ? result.take() : Amf();
}

std::string error(std::string_view digits) {
    return errorOf(parsed(hex(digits)));
}

/// An array of `count` values, all of which are `unit`, behind `first`.
base::Bytes array(const base::Bytes& first, const base::Bytes& unit, std::uint32_t count) {
    const std::uint32_t header = ((count + 1) << 1U) | 1U;
    base::Bytes bytes{0x09, static_cast<std::uint8_t>(0x80U | (header >> 14U)),
                      static_cast<std::uint8_t>(0x80U | (header >> 7U)), static_cast<std::uint8_t>(header & 0x7FU),
                      0x01};
    bytes = join({bytes, first});
    for (std::uint32_t i = 0; i < count; ++i) bytes.insert(bytes.end(), unit.begin(), unit.end());
    return bytes;
}

TEST(Amf3, ReadsSimpleValues) {
    EXPECT_EQ(value("00"), Amf::undefined());
    EXPECT_EQ(value("01"), Amf::null());
    EXPECT_EQ(value("02"), Amf::boolean(false));
    EXPECT_EQ(value("03"), Amf::boolean(true));
    EXPECT_EQ(value("05 3FF8000000000000"), Amf::number(1.5));
    EXPECT_EQ(value("06 09 6C697665"), Amf::string("live"));
    EXPECT_EQ(value("06 01"), Amf::string(""));
    EXPECT_EQ(value("07 09 3C612F3E"), Amf::xml("<a/>"));
    EXPECT_EQ(value("0B 09 3C612F3E"), Amf::xml("<a/>"));
    EXPECT_EQ(value("08 01 408F400000000000"), Amf::date(1000));
    EXPECT_EQ(value("0C 07 00FF01").asString(), std::string_view("\0\xFF\1", 3));
}

TEST(Amf3, IntegersHave29BitsAndASign) {
    EXPECT_EQ(value("04 00"), Amf::number(0));
    EXPECT_EQ(value("04 7F"), Amf::number(127));
    EXPECT_EQ(value("04 81 00"), Amf::number(128));
    EXPECT_EQ(value("04 FF 7F"), Amf::number(16383));
    EXPECT_EQ(value("04 81 80 00"), Amf::number(16384));
    EXPECT_EQ(value("04 FF FF 7F"), Amf::number(2097151));
    EXPECT_EQ(value("04 80 C0 80 00"), Amf::number(2097152));
    EXPECT_EQ(value("04 BF FF FF FF"), Amf::number(268435455));
    EXPECT_EQ(value("04 C0 80 80 00"), Amf::number(-268435456));
    EXPECT_EQ(value("04 FF FF FF FF"), Amf::number(-1));
}

TEST(Amf3, ReadsArrays) {
    EXPECT_EQ(value("09 01 01"), Amf::strictArray());
    EXPECT_EQ(value("09 05 01 01 03"), Amf::strictArray({Amf::null(), Amf::boolean(true)}));
    EXPECT_EQ(value("09 05 03 61 04 05 01 01 03"),
              Amf::ecmaArray({{"a", Amf::number(5)}, {"0", Amf::null()}, {"1", Amf::boolean(true)}}));
}

TEST(Amf3, ReadsObjects) {
    // Sealed: two names, a class.
    EXPECT_EQ(value("0A 23 03 50 03 78 03 79 04 01 04 02"),
              Amf::typedObject("P", {{"x", Amf::number(1)}, {"y", Amf::number(2)}}));
    // Dynamic, without class.
    EXPECT_EQ(value("0A 0B 01 07 617070 06 09 6C697665 01"), Amf::object({{"app", Amf::string("live")}}));
    // Both.
    EXPECT_EQ(value("0A 1B 01 03 78 04 01 03 79 04 02 01"),
              Amf::object({{"x", Amf::number(1)}, {"y", Amf::number(2)}}));
}

TEST(Amf3, FollowsReferencesToStrings) {
    EXPECT_EQ(value("09 09 01 06 03 61 06 05 6262 06 00 06 02"),
              Amf::strictArray({Amf::string("a"), Amf::string("bb"), Amf::string("a"), Amf::string("bb")}));
    // Names share the table, the empty string is not in it, byte arrays neither.
    EXPECT_EQ(value("0A 0B 01 03 61 06 01 03 62 0C 03 63 03 64 06 02 00 06 00 01"),
              Amf::object(
                  {{"a", Amf::string("")}, {"b", Amf::string("c")}, {"d", Amf::string("b")}, {"a", Amf::string("a")}}));
    EXPECT_EQ(error("06 00"), "AMF3: no string 0 to refer to");
    EXPECT_EQ(error("09 05 01 06 03 61 06 02"), "AMF3: no string 1 to refer to");
}

TEST(Amf3, FollowsReferencesToTraits) {
    const Amf point = Amf::typedObject("P", {{"x", Amf::null()}});
    EXPECT_EQ(value("09 05 01 0A 13 03 50 03 78 01 0A 01 01"), Amf::strictArray({point, point}));
    EXPECT_EQ(error("0A 01"), "AMF3: no traits 0 to refer to");
    EXPECT_EQ(error("0A 05"), "AMF3: no traits 1 to refer to");
}

TEST(Amf3, ANestedObjectMayAddTraits) {
    // The inner objects make the table of traits grow while the outer one still needs its own.
    EXPECT_EQ(value("0A 23 03 50 03 78 03 79"
                    "  0A 13 03 51 03 7A 0A 13 03 52 03 77 0A 03 03 53"
                    "  01"),
              Amf::typedObject(
                  "P", {{"x", Amf::typedObject("Q", {{"z", Amf::typedObject("R", {{"w", Amf::typedObject("S")}})}})},
                        {"y", Amf::null()}}));
}

TEST(Amf3, RefusesWhatItDoesNotKnow) {
    EXPECT_EQ(error("0A 07 03 50"), "AMF3: externalizable objects are not supported");
    EXPECT_EQ(error("0A 00"), "AMF3: references to objects are not supported");
    EXPECT_EQ(error("09 00"), "AMF3: references to objects are not supported");
    EXPECT_EQ(error("08 00"), "AMF3: references to objects are not supported");
    EXPECT_EQ(error("0C 00"), "AMF3: references to objects are not supported");
    EXPECT_EQ(error("0D 01"), "AMF3: unknown or unsupported marker 0x0d");
    EXPECT_EQ(error("11 01"), "AMF3: unknown or unsupported marker 0x11");
    EXPECT_EQ(error("FF"), "AMF3: unknown or unsupported marker 0xff");
}

TEST(Amf3, WhatIsCutOffIsAnError) {
    const base::Bytes whole = hex("09 11 03 61 04 FFFFFFFF"
                                  "   01"
                                  "   05 3FF8000000000000"
                                  "   06 05 6262"
                                  "   08 01 408F400000000000"
                                  "   0A 1B 03 50 03 78 01 03 79 01 01"
                                  "   0B 03 78"
                                  "   0C 03 78"
                                  "   04 8100"
                                  "   01");
    ASSERT_EQ(errorOf(parsed(whole)), "");
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_NE(errorOf(parsed({whole.begin(), whole.begin() + static_cast<int>(size)})), "") << size;
    }
}

TEST(Amf3, CountsAreNotBelieved) {
    EXPECT_EQ(error("09 FFFFFFFF 01 01"), "AMF3: no room for an array of 268435455");
    EXPECT_EQ(error("0A FFFFFFF7 01 01"), "AMF3: externalizable objects are not supported");
    EXPECT_EQ(error("0A FFFFFFF3 01 01"), "AMF3: no room for a class of 33554431 names");
    EXPECT_EQ(error("06 FFFFFFFF 61"), "AMF3: cut off inside a value");
}

TEST(Amf3, NestingIsLimited) {
    EXPECT_EQ(errorOf(parsed(hex("09 03 01 01"), 2)), "");
    EXPECT_EQ(errorOf(parsed(hex("09 03 01 01"), 1)), "AMF3: nested deeper than 1");
    base::Bytes deep;
    for (int i = 0; i < 10000; ++i) deep = join({std::move(deep), hex("0A 0B 01 03 61")});
    EXPECT_EQ(errorOf(parsed(deep, 0xFFFFFFFF)), "AMF3: nested deeper than 128");
}

TEST(Amf3, TheNumberOfValuesIsLimited) {
    EXPECT_EQ(errorOf(parsed(array(hex("01"), hex("01"), 65534))), "");
    EXPECT_EQ(errorOf(parsed(array(hex("01"), hex("01"), 65535))), "AMF3: too many values");
}

TEST(Amf3, TextByReferenceIsLimited) {
    // 16 KiB of text; each reference to it takes two bytes.
    const base::Bytes text = join({hex("06 82 80 01"), base::Bytes(16384, 'x')});
    EXPECT_EQ(errorOf(parsed(array(text, hex("06 00"), 64))), "");
    EXPECT_EQ(errorOf(parsed(array(text, hex("06 00"), 65))), "AMF3: too much text by reference");
    // A class of that name; each reference to it takes two bytes.
    const base::Bytes object = join({hex("0A 03 82 80 01"), base::Bytes(16384, 'x')});
    EXPECT_EQ(errorOf(parsed(array(object, hex("0A 01"), 64))), "");
    EXPECT_EQ(errorOf(parsed(array(object, hex("0A 01"), 65))), "AMF3: too much text by reference");
}

TEST(Amf3, NamesFitIntoAmf0) {
    const auto object = [](std::size_t nameBytes) {
        const std::size_t header = nameBytes * 2 + 1;
        const base::Bytes size{static_cast<std::uint8_t>(0x80U | (header >> 14U)),
                               static_cast<std::uint8_t>(0x80U | (header >> 7U)),
                               static_cast<std::uint8_t>(header & 0x7FU)};
        return join({hex("0A 0B 01"), size, base::Bytes(nameBytes, 'x'), hex("01 01")});
    };
    EXPECT_EQ(errorOf(parsed(object(65535))), "");
    EXPECT_EQ(errorOf(parsed(object(65536))), "AMF3: name too long");
}

} // namespace
} // namespace hookcast::rtmp::test
