#include "api-server/Verdict.h"

#include "hooks/FormNotifyDialect.h"
#include "hooks/SrsJsonDialect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace hookcast::mock {
namespace {

using testing::StartsWith;

Request jsonCall(const std::string& action) {
    Request request;
    request.method = "POST";
    request.path = "/my/hook";
    request.body = R"({"action":")" + action + R"(","client_id":1})";
    return request;
}

Request formCall(const std::string& call) {
    Request request;
    request.method = "POST";
    request.path = "/my/hook";
    request.body = "protocol=rtmp&call=" + call + "&name=a";
    return request;
}

Answer with(int status, std::string body) {
    Answer answer;
    answer.status = status;
    answer.body = std::move(body);
    return answer;
}

TEST(Verdict, OfJsonHooksIsTheServers) {
    for (const int status : {200, 201, 204, 301, 403, 500}) {
        for (const char* body : {"0", " 0\n",
                                 "\xEF\xBB\xBF"
                                 "0",
                                 R"({ "code": 0 })", R"({"code":0,"data":null})", R"({"code":"0"})", R"({"code":0.0})",
                                 R"({"code":1,"msg":"no"})", R"({"msg":"code: 0"})", "", "1", "00", "ok", "[0]", "{"}) {
            hooks::HookResponse response;
            response.outcome = hooks::HookResponse::Outcome::Answered;
            response.status = status;
            response.body = body;
            const auto judged = hooks::SrsJsonDialect::judge(response);
            const Verdict verdict = verdictOn(jsonCall("on_publish"), with(status, body));
            EXPECT_EQ(verdict.isGood, static_cast<bool>(judged)) << status << " " << body;
            if (!judged) {
                EXPECT_EQ(verdict.text, "refuses: " + judged.error().message);
            }
        }
    }
    EXPECT_EQ(verdictOn(jsonCall("on_play"), with(200, R"({ "code": 0 })")).text, "admits");
    EXPECT_EQ(verdictOn(jsonCall("on_play"), with(201, "0")).text, "refuses: HTTP status 201");
}

TEST(Verdict, OfFormNotifyIsTheServers) {
    for (const int status : {200, 201, 204, 301, 403, 500}) {
        const bool admits = verdictOn(formCall("publish"), with(status, "whatever")).isGood;
        EXPECT_EQ(admits, status == 200) << status;
        EXPECT_TRUE(verdictOn(formCall("done"), with(status, "")).isGood) << "any answer will do";
    }
    Request get;
    get.method = "GET";
    get.query = "token=1&call=play&name=a";
    EXPECT_EQ(verdictOn(get, with(200, "1")).text, "admits");
    EXPECT_EQ(verdictOn(get, with(403, "0")).text, "refuses: HTTP status 403");
}

TEST(Verdict, OfClosingsSaysThatNothingFollows) {
    EXPECT_EQ(verdictOn(jsonCall("on_unpublish"), with(200, "0")).text, "heard");
    const Verdict refused = verdictOn(jsonCall("on_close"), with(500, "0"));
    EXPECT_FALSE(refused.isGood);
    EXPECT_EQ(refused.text, "not accepted, which changes nothing: HTTP status 500");
}

TEST(Verdict, OfEventsAndHeartbeatsIsTheirStatus) {
    Request batch;
    batch.method = "POST";
    batch.body = R"([{"event":"stream:create"}])";
    EXPECT_EQ(verdictOn(batch, with(204, "")).text, "confirms");
    EXPECT_EQ(verdictOn(batch, with(400, "0")).text, "does not confirm: status 400");
    Request heartbeat;
    heartbeat.method = "POST";
    heartbeat.body = R"({"device_id":"a","ip":"b"})";
    EXPECT_EQ(verdictOn(heartbeat, with(201, "whatever")).text, "heard");
    EXPECT_FALSE(verdictOn(heartbeat, with(404, "0")).isGood);
}

TEST(Verdict, NoAnswerOrTooLongAOneRefuses) {
    Answer dropped;
    dropped.dropped = true;
    dropped.status = 0;
    EXPECT_THAT(verdictOn(jsonCall("on_play"), dropped).text,
                StartsWith("refuses: no whole answer: the connection ends"));
    EXPECT_FALSE(verdictOn(formCall("done"), dropped).isGood);
    const std::string longZero = "0" + std::string(hooks::kMaxAnswerBytes, ' ');
    EXPECT_EQ(verdictOn(jsonCall("on_play"), with(200, longZero)).text,
              "refuses: answer too long: more than 65536 bytes");
    EXPECT_TRUE(verdictOn(formCall("play"), with(200, longZero)).isGood) << "there, only the status counts";
}

} // namespace
} // namespace hookcast::mock
