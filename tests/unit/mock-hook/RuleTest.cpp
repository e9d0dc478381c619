#include "api-server/Rule.h"
#include "api-server/JsonText.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace hookcast::mock {
namespace {

using ::testing::HasSubstr;

TEST(Rule, ReadsEveryField) {
    const auto rule = parseRule(R"({"match":{"action":"on_publish","client_id":4,"live":true},
        "reply":{"status":301,"body":"moved","headers":{"Location":"http://x/"},"delay_ms":200,"drop":true},"times":3})");
    ASSERT_TRUE(rule.ok()) << rule.error().message;
    const std::map<std::string, std::string> match = {{"action", "on_publish"}, {"client_id", "4"}, {"live", "true"}};
    EXPECT_EQ(rule.value().match, match);
    EXPECT_EQ(rule.value().reply.status, 301);
    EXPECT_EQ(rule.value().reply.body, "moved");
    EXPECT_EQ(rule.value().reply.headers, (Headers{{"Location", "http://x/"}}));
    EXPECT_EQ(rule.value().reply.delayMs, 200);
    EXPECT_TRUE(rule.value().reply.dropped);
    EXPECT_EQ(rule.value().times, 3U);
}

TEST(Rule, EverythingIsOptional) {
    const auto rule = parseRule("{}");
    ASSERT_TRUE(rule.ok());
    EXPECT_TRUE(rule.value().match.empty());
    EXPECT_EQ(rule.value().reply.status, 200);
    EXPECT_FALSE(rule.value().reply.body.has_value());
    EXPECT_EQ(rule.value().reply.delayMs, 0);
    EXPECT_FALSE(rule.value().reply.dropped);
    EXPECT_FALSE(rule.value().times.has_value());
}

TEST(Rule, IsWrittenAsItIsRead) {
    const std::string members = R"("match":{"a\"b":"c*"},"reply":{"status":403,"body":"1\n",)"
                                R"("headers":{"X-A":"b"},"delay_ms":7,"drop":false},"times":2)";
    const auto rule = parseRule("{" + members + "}");
    ASSERT_TRUE(rule.ok()) << rule.error().message;
    base::JsonWriter json;
    json.beginObject();
    writeMembers(json, rule.value());
    json.endObject();
    EXPECT_EQ(json.take(), "{" + members + "}");
}

TEST(Rule, DataMakesABodyThatAdmits) {
    const auto rule = parseRule(R"({"reply":{"data":{"stream":"show","max_kbps":2500}}})");
    ASSERT_TRUE(rule.ok()) << rule.error().message;
    EXPECT_EQ(rule.value().reply.body, R"({"code":0,"data":{"stream":"show","max_kbps":2500}})");
}

struct BadRule {
    const char* json;
    const char* reason;
};

class BadRules : public ::testing::TestWithParam<BadRule> {};

TEST_P(BadRules, AreRefusedWithAReason) {
    const auto rule = parseRule(GetParam().json);
    ASSERT_FALSE(rule.ok()) << GetParam().json;
    EXPECT_THAT(rule.error().message, HasSubstr(GetParam().reason)) << GetParam().json;
}

INSTANTIATE_TEST_SUITE_P(
    Rule, BadRules,
    ::testing::Values(
        BadRule{"", "not JSON"}, BadRule{"{", "not JSON"}, BadRule{"[]", "a rule must be an object"},
        BadRule{R"({"matches":{}})", R"(a rule has no "matches": its fields are match, reply, times)"},
        BadRule{R"({"match":[]})", "match must be an object"}, BadRule{R"({"match":{"a":null}})", "match.a"},
        BadRule{R"({"match":{"a":{}}})", "match.a"}, BadRule{R"({"match":{"a":["x"]}})", "match.a"},
        BadRule{R"({"reply":1})", "reply must be an object"}, BadRule{R"({"reply":{"stats":1}})", "\"stats\""},
        BadRule{R"({"reply":{"status":"403"}})", "reply.status must be an integer from 200 to 599"},
        BadRule{R"({"reply":{"status":199}})", "reply.status"}, BadRule{R"({"reply":{"status":600}})", "reply.status"},
        BadRule{R"({"reply":{"status":200.5}})", "reply.status"},
        BadRule{R"({"reply":{"status":true}})", "reply.status"},
        BadRule{R"({"reply":{"status":18446744073709551615}})", "reply.status"},
        BadRule{R"({"reply":{"status":null}})", "reply.status"}, BadRule{R"({"reply":{"body":1}})", "reply.body"},
        BadRule{R"({"reply":{"data":"show"}})", "reply.data must be an object"},
        BadRule{R"({"reply":{"data":{},"body":"0"}})", "data makes a body"},
        BadRule{R"({"reply":{"delay_ms":-1}})", "reply.delay_ms must be an integer from 0 to 600000"},
        BadRule{R"({"reply":{"delay_ms":600001}})", "reply.delay_ms"}, BadRule{R"({"reply":{"drop":1}})", "reply.drop"},
        BadRule{R"({"reply":{"headers":[]}})", "reply.headers must be an object"},
        BadRule{R"({"reply":{"headers":{"a b":"c"}}})", "no header name"},
        BadRule{R"({"reply":{"headers":{"":"c"}}})", "no header name"},
        BadRule{R"({"reply":{"headers":{"a":"b\r\nc: d"}}})", "without control characters"},
        BadRule{R"({"reply":{"headers":{"a":"b\u0000"}}})", "without control characters"},
        BadRule{R"({"reply":{"headers":{"a":1}}})", "must be a string"},
        BadRule{R"({"reply":{"headers":{"Content-Length":"1"}}})", "the server's to set"},
        BadRule{R"({"reply":{"headers":{"transfer-encoding":"chunked"}}})", "the server's to set"},
        BadRule{R"({"times":0})", "times must be an integer from 1"}, BadRule{R"({"times":-1})", "times"},
        BadRule{R"({"times":"3"})", "times"}, BadRule{R"({"times":4294967296})", "times"}));

TEST(Rule, BoundsPatternsAndTheirNumber) {
    const std::string longest(kMaxPatternBytes, 'a');
    EXPECT_TRUE(parseRule(R"({"match":{"a":")" + longest + R"("}})").ok());
    EXPECT_FALSE(parseRule(R"({"match":{"a":")" + longest + R"(a"}})").ok());
    std::string fields;
    for (std::size_t i = 0; i <= kMaxMatchFields; ++i) fields += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\":1";
    EXPECT_FALSE(parseRule(R"({"match":{)" + fields + "}}").ok());
    EXPECT_FALSE(parseRule(R"({"reply":{"headers":{)" + fields + "}}}").ok());
}

TEST(Rule, AReasonIsAlwaysFitToPrint) {
    const auto rule = parseRule(R"({"evil\n\u001b[31m":1})");
    ASSERT_FALSE(rule.ok());
    EXPECT_EQ(rule.error().message.find_first_of("\n\x1b"), std::string::npos);
}

} // namespace
} // namespace hookcast::mock
