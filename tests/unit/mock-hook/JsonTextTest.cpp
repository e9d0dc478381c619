#include "api-server/JsonText.h"

#include "api-server/ParsedBody.h"
#include "base/Log.h"

#include <gtest/gtest.h>

#include <string>

namespace hookcast::mock {
namespace {

std::string nested(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

std::string reread(const std::string& json) {
    const auto document = parseJson(json);
    return document ? compactJson(document.value()) : "error: " + document.error().message;
}

TEST(JsonText, KeepsTheOrderOfFieldsAndTheLastOfDuplicates) {
    EXPECT_EQ(reread(R"({"z":1, "a":[true,null,{"b":"c"}]})"), R"({"z":1,"a":[true,null,{"b":"c"}]})");
    EXPECT_EQ(reread(R"({"a":1,"b":2,"a":3})"), R"({"a":3,"b":2})");
}

TEST(JsonText, RefusesWhatIsNotOneDocument) {
    for (const char* text : {"", " ", "{", "{}x", "{} {}", "{'a':1}", R"({"a":1,})", R"({"a":01})", R"({"a":NaN})", "5",
                             R"("a")", "null", "{/**/}", "\xef\xbb\xbf{}", "{\"a\":\"b\nc\"}", "[1", "]"})
        EXPECT_FALSE(parseJson(text).ok()) << text;
}

TEST(JsonText, RefusesNumbersThatPocoCannotHold) {
    EXPECT_TRUE(parseJson(R"({"a":18446744073709551615})").ok());
    EXPECT_FALSE(parseJson(R"({"a":99999999999999999999999})").ok());
    EXPECT_FALSE(parseJson(R"({"a":1e999})").ok());
}

TEST(JsonText, BoundsTheDepth) {
    EXPECT_EQ(reread(nested(kMaxJsonDepth)), nested(kMaxJsonDepth));
    EXPECT_FALSE(parseJson(nested(kMaxJsonDepth + 1)).ok());
    EXPECT_FALSE(parseJson(nested(10'000)).ok());
    EXPECT_FALSE(parseJson(std::string(1'000'000, '[')).ok());
}

TEST(JsonText, TakesNulsOnlyEscapedAndOnlyInValues) {
    EXPECT_FALSE(parseJson(std::string("{\"a\":\"x\0y\"}", 11)).ok());
    EXPECT_FALSE(parseJson(std::string("{}\0", 3)).ok());
    EXPECT_EQ(reread(R"({"a":"x\u0000y"})"), R"({"a":"x\u0000y"})");
    EXPECT_FALSE(parseJson(R"({"action\u0000x":"on_publish"})").ok());
    EXPECT_FALSE(parseJson(R"([{"b":{"\u0000" : 1}}])").ok());
    EXPECT_EQ(reread(R"({"a\\u0000":"\\\u0000\"","b":1})"), R"({"a\\u0000":"\\\u0000\"","b":1})");
}

TEST(JsonText, RefusesInvalidUtf8) {
    EXPECT_FALSE(parseJson("{\"a\":\"\xff\xfe\"}").ok());
    EXPECT_FALSE(parseJson("{\"a\":\"\xc0\xaf\"}").ok());
    EXPECT_FALSE(parseJson(R"({"a":"\ud800"})").ok());
    EXPECT_EQ(reread(R"({"a":"\ud83d\ude00"})"), "{\"a\":\"\U0001F600\"}");
}

TEST(JsonText, MakesAnyBytesUtf8) {
    EXPECT_TRUE(toUtf8("a\u00e9\U0001F600").wasValid);
    EXPECT_EQ(toUtf8("a\u00e9\U0001F600").text, "a\u00e9\U0001F600");
    for (const char* bytes : {"a\xff ", "a\xc0\xaf", "a\xed\xa0\x80", "a\xf4\x90\x80\x80", "a\xe2\x82", "\x80"}) {
        const Utf8Text text = toUtf8(bytes);
        EXPECT_FALSE(text.wasValid) << base::printable(bytes);
        EXPECT_TRUE(toUtf8(text.text).wasValid) << base::printable(bytes);
        EXPECT_NE(text.text.find("\ufffd"), std::string::npos) << base::printable(bytes);
    }
}

TEST(ParsedBody, GivesTheFieldsOfTheObjectAsText) {
    const ParsedBody body = parseJsonBody(R"({"action":"on_close","client_id":4,"recv_bytes":18446744073709551615,)"
                                          R"("ok":true,"none":null,"half":0.5,"list":[1,2],"object":{}})");
    ASSERT_TRUE(body.isObject);
    EXPECT_EQ(body.field("action"), "on_close");
    EXPECT_EQ(body.field("client_id"), "4");
    EXPECT_EQ(body.field("recv_bytes"), "18446744073709551615");
    EXPECT_EQ(body.field("ok"), "true");
    EXPECT_EQ(body.field("none"), "null");
    EXPECT_EQ(body.field("half"), "0.5");
    EXPECT_EQ(body.field("list"), "[1,2]");
    EXPECT_EQ(body.field("object"), "{}");
    EXPECT_EQ(body.field("absent"), "");
}

TEST(ParsedBody, SaysWhyThereIsNoObject) {
    const ParsedBody array = parseJsonBody("[1]");
    EXPECT_FALSE(array.isObject);
    EXPECT_EQ(array.json, "[1]");
    EXPECT_EQ(array.error, "not a JSON object");
    const ParsedBody broken = parseJsonBody("{");
    EXPECT_FALSE(broken.isObject);
    EXPECT_EQ(broken.json, "null");
    EXPECT_FALSE(broken.error.empty());
    EXPECT_EQ(parseJsonBody("").error, "the body is empty");
}

} // namespace
} // namespace hookcast::mock
