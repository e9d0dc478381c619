#include "api-server/Call.h"
#include "api-server/JsonText.h"

#include <Poco/JSON/Parser.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

namespace hookcast::mock {
namespace {

std::string jsonOf(const Call& call) {
    std::ostringstream out;
    writeJson(out, call);
    return out.str();
}

TEST(Call, IsWrittenWithEverything) {
    Call call;
    call.order = 7;
    call.time = "2026-01-02T03:04:05.678901Z";
    call.monotonicMs = 1234;
    call.request = {.method = "POST",
                    .path = "/api/v1/clients",
                    .query = "a=\"b\"",
                    .version = "HTTP/1.1",
                    .headers = {{"x", "1"}, {"host", "h"}, {"x", "2"}},
                    .body = "{\"a\": 1}",
                    .clientAddress = "127.0.0.1",
                    .clientPort = 5};
    call.bodyJson = R"({"a":1})";
    call.answer.status = 403;
    call.answer.body = "1";
    call.answer.delayMs = 20;
    call.answer.ruleId = 9;
    EXPECT_EQ(jsonOf(call), R"({"order":7,"time":"2026-01-02T03:04:05.678901Z","monotonic_ms":1234,"method":"POST",)"
                            R"("path":"/api/v1/clients","query":"a=\"b\"","headers":{"host":"h","x":"1, 2"},)"
                            R"("raw_body":"{\"a\": 1}","body":{"a":1},"client":{"address":"127.0.0.1","port":5},)"
                            R"("answer":{"status":403,"body":"1","delay_ms":20,"dropped":false,"rule":9},)"
                            R"("webhook_id":"","signature":"unchecked","repeats":null,)"
                            R"("verdict":{"good":false,"text":"not heard: status 403"}})");
}

TEST(Call, ABodyThatIsNotUtf8IsGivenInBase64Too) {
    Call call;
    call.request.body = "a\xff"
                        "b";
    const std::string json = jsonOf(call);
    EXPECT_NE(json.find("\"raw_body\":\"a\ufffd"
                        "b\",\"raw_body_base64\":\"Yf9i\",\"body\":null"),
              std::string::npos)
        << json;
    EXPECT_TRUE(parseJson(json).ok());
}

TEST(Call, LongBase64IsOneLine) {
    Call call;
    call.request.body = std::string(1000, '\xff');
    EXPECT_EQ(jsonOf(call).find('\n'), std::string::npos);
}

TEST(Call, WhateverCameItIsValidJson) {
    std::string everyByte;
    for (int byte = 0; byte < 256; ++byte) everyByte += static_cast<char>(byte);
    Call call;
    call.request = {everyByte, everyByte, everyByte, everyByte, {{everyByte, everyByte}}, everyByte, everyByte, 1};
    call.answer.body = everyByte;
    EXPECT_NO_THROW(Poco::JSON::Parser().parse(jsonOf(call))) << jsonOf(call);
}

TEST(Call, ItsSizeCountsWhatCanGrow) {
    const std::size_t empty = sizeBytes(Call{});
    Call call;
    call.request.body = std::string(1000, 'a');
    call.bodyJson += std::string(2000, 'b');
    call.answer.body = std::string(4000, 'c');
    call.request.headers = {{std::string(8000, 'd'), ""}};
    EXPECT_GE(sizeBytes(call), empty + 15'000);
}

} // namespace
} // namespace hookcast::mock
