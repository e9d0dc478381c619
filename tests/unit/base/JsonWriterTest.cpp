#include "base/JsonWriter.h"

#include "base/Utf8.h"

#include <Poco/JSONString.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace hookcast::base {
namespace {

template <typename Value>
std::string written(const Value& value) {
    return JsonWriter().value(value).take();
}

TEST(JsonWriter, WritesBlocksInTheOrderOfTheCalls) {
    JsonWriter json;
    json.beginObject().member("b", 1).key("a").beginArray().value("x").beginObject().endObject().value(true);
    json.endArray().member("c", "y").key("d").null().key("e").raw(R"({"z":[1]})").endObject();
    EXPECT_EQ(json.take(), R"({"b":1,"a":["x",{},true],"c":"y","d":null,"e":{"z":[1]}})");
    EXPECT_EQ(json.beginArray().beginArray().endArray().beginArray().endArray().endArray().take(), "[[],[]]")
        << "empty again";
}

TEST(JsonWriter, WritesNumbersWhole) {
    EXPECT_EQ(written(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
    EXPECT_EQ(written(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
    EXPECT_EQ(written(static_cast<std::uint8_t>(7)), "7") << "no character";
    EXPECT_EQ(written(61.5), "61.5");
    EXPECT_EQ(written(31536000.0), "31536000");
    EXPECT_EQ(written(0.1 + 0.2), "0.30000000000000004") << "reads as the same number";
    EXPECT_EQ(written(std::nan("")), "null");
    EXPECT_EQ(written(-std::numeric_limits<double>::infinity()), "null");
    EXPECT_EQ(written(false), "false");
}

TEST(JsonWriter, TakesEveryKindOfText) {
    EXPECT_EQ(written("literal"), R"("literal")") << "no switch";
    EXPECT_EQ(written(std::string("a")), R"("a")");
    EXPECT_EQ(written(std::string_view("b")), R"("b")");
    EXPECT_EQ(written(std::string("nul\0in", 6)), R"("nul\u0000in")");
    EXPECT_EQ(written(""), R"("")");
}

TEST(JsonWriter, EscapesAsPocoDoes) {
    for (int c = 0; c < 0x80; ++c) {
        const std::string text = "a" + std::string(1, static_cast<char>(c)) + "z";
        EXPECT_EQ(written(text), Poco::toJSON(text, Poco::JSON_WRAP_STRINGS)) << c;
        EXPECT_EQ(JsonWriter().beginObject().member(text, 1).endObject().take(), "{" + written(text) + ":1}") << c;
    }
}

TEST(JsonWriter, WhateverTheBytesTheTextIsUtf8) {
    EXPECT_EQ(written("канал-日本-🎥"), "\"канал-日本-🎥\"");
    EXPECT_EQ(written("a\xffz\xed\xa0\x80"), "\"a\uFFFDz\uFFFD\uFFFD\uFFFD\"");
    std::mt19937 random(7);
    for (int i = 0; i < 2000; ++i) {
        std::string text;
        for (std::size_t left = random() % 12; left > 0; --left) text.push_back(static_cast<char>(random()));
        EXPECT_EQ(written(text), Poco::toJSON(toValidUtf8(text), Poco::JSON_WRAP_STRINGS)) << i;
    }
}

TEST(JsonWriter, WhatIsNoJsonIsAProgrammingError) {
    EXPECT_THROW(JsonWriter().take(), std::logic_error);
    EXPECT_THROW(JsonWriter().beginObject().take(), std::logic_error);
    EXPECT_THROW(JsonWriter().beginObject().value(1), std::logic_error);
    EXPECT_THROW(JsonWriter().beginObject().key("a").endObject(), std::logic_error);
    EXPECT_THROW(JsonWriter().beginObject().key("a").key("b"), std::logic_error);
    EXPECT_THROW(JsonWriter().beginObject().endArray(), std::logic_error);
    EXPECT_THROW(JsonWriter().beginArray().endObject(), std::logic_error);
    EXPECT_THROW(JsonWriter().beginArray().key("a"), std::logic_error);
    EXPECT_THROW(JsonWriter().endArray(), std::logic_error);
    EXPECT_THROW(JsonWriter().key("a"), std::logic_error);
    EXPECT_THROW(JsonWriter().value(1).value(2), std::logic_error);
    EXPECT_THROW(JsonWriter().beginArray().endArray().beginArray(), std::logic_error);
}

TEST(JsonWriter, BlocksInEachOtherAreBounded) {
    JsonWriter json;
    for (std::size_t i = 0; i < JsonWriter::kMaxDepth; ++i) {
        if (i % 2 == 0)
            json.beginArray();
        else
            json.beginObject().key("a");
    }
    EXPECT_THROW(json.beginArray(), std::logic_error);
    json.value(1);
    for (std::size_t i = JsonWriter::kMaxDepth; i > 0; --i) {
        if (i % 2 == 1)
            json.endArray();
        else
            json.endObject();
    }
    EXPECT_EQ(json.take().substr(0, 10), R"([{"a":[{"a)");
}

} // namespace
} // namespace hookcast::base
