#include "control/JsonText.h"

#include <Poco/JSON/Array.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>

namespace hookcast::control {
namespace {

TEST(JsonText, KeepsOrderTypesAndNumbersWhole) {
    Poco::JSON::Array list;
    list.add(1);
    list.add("two");
    Json inner = orderedJson();
    inner.set("z", true);
    inner.set("a", Poco::Dynamic::Var());
    Json json = orderedJson();
    json.set("list", list);
    json.set("inner", inner);
    json.set("most", std::numeric_limits<std::uint64_t>::max());
    json.set("least", std::numeric_limits<std::int64_t>::min());
    json.set("share", 0.25);
    EXPECT_EQ(jsonText(json), R"({"list":[1,"two"],"inner":{"z":true,"a":null},"most":18446744073709551615,)"
                              R"("least":-9223372036854775808,"share":0.25})");
}

TEST(JsonText, BytesThatAreNoTextAreReplacedOneByOne) {
    Json json = orderedJson();
    json.set("bytes", std::string("\xC0\xAF|\xED\xA0\x80|\xF5\x80|\xE2\x82|\x80") + '\0' + "\x7F\x01\"\\");
    EXPECT_EQ(jsonText(json), "{\"bytes\":\"\uFFFD\uFFFD|\uFFFD\uFFFD\uFFFD|\uFFFD\uFFFD|\uFFFD\uFFFD|\uFFFD\\u0000\x7F"
                              "\\u0001\\\"\\\\\"}");
}

TEST(JsonText, AScriptHasNoLineEndsOfUnicodeInIt) {
    Json json = orderedJson();
    json.set("name", "a\u2028b\u2029c\u2030");
    EXPECT_EQ(jsonText(json), "{\"name\":\"a\u2028b\u2029c\u2030\"}");
    EXPECT_EQ(scriptText(json), "{\"name\":\"a\\u2028b\\u2029c\u2030\"}");
}

} // namespace
} // namespace hookcast::control
