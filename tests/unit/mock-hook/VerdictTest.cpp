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
        EXPECT_EQ(verdictOn(formCall("done"), with(status, "")).isGood, status != 500) << "any other answer will do";
    }
    Request get;
    get.method = "GET";
    get.query = "token=1&call=play&name=a";
    EXPECT_EQ(verdictOn(get, with(200, "1")).text, "admits");
    EXPECT_EQ(verdictOn(get, with(403, "0")).text, "refuses: HTTP status 403");
}

TEST(Verdict, OfWhatIsToldSaysWhetherItComesAgain) {
    EXPECT_EQ(verdictOn(jsonCall("on_unpublish"), with(200, "0")).text, "heard");
    const Verdict failed = verdictOn(jsonCall("on_close"), with(500, "0"));
    EXPECT_FALSE(failed.isGood);
    EXPECT_EQ(failed.text, "not heard, and told again: HTTP status 500");
    EXPECT_EQ(verdictOn(jsonCall("on_stop"), with(404, "0")).text, "not accepted, and not told again: HTTP status 404");
    EXPECT_EQ(verdictOn(jsonCall("on_update"), with(500, "0")).text,
              "not accepted, and not told again: HTTP status 500")
        << "the next one says more";
    EXPECT_EQ(verdictOn(formCall("done"), with(404, "")).text, "heard");
    EXPECT_EQ(verdictOn(formCall("done"), with(503, "")).text, "not heard, and told again: HTTP status 503");
    EXPECT_EQ(verdictOn(formCall("update"), with(503, "")).text, "not accepted, and not told again: HTTP status 503");
}

TEST(Verdict, OfACallThatLooksLikeSrs4IsThatDialects) {
    Request call = jsonCall("on_publish");
    call.body = R"({"action":"on_publish","client_id":"k3j9x0ab"})";
    const Verdict created = verdictOn(call, with(201, "0"));
    EXPECT_TRUE(created.isGood);
    EXPECT_EQ(created.text, "admits with dialect srs4 (with srs it refuses: HTTP status 201)");
    EXPECT_EQ(verdictOn(call, with(200, "0")).text, "admits");
    EXPECT_EQ(verdictOn(call, with(202, "0")).text, "refuses: HTTP status 202");
    call.body = R"({"action":"on_stop","client_id":"k3j9x0ab"})";
    EXPECT_EQ(verdictOn(call, with(201, "0")).text, "heard");
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
