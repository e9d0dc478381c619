#include "api-server/HookHandler.h"
#include "api-server/SrsEndpoints.h"
#include "base/Clock.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace hookcast::mock {
namespace {

class HookHandlerTest : public ::testing::Test {
  protected:
    static Request post(const std::string& target, const std::string& body) {
        Request request;
        request.method = "POST";
        const std::size_t mark = std::min(target.find('?'), target.size());
        request.path = target.substr(0, mark);
        if (mark < target.size()) request.query = target.substr(mark + 1);
        request.body = body;
        return request;
    }

    Answer plain(const std::string& target, const std::string& body) { return plain_.handle(post(target, body)); }
    Answer json(const std::string& target, const std::string& body) { return json_.handle(post(target, body)); }

    void addRule(const char* json) { EXPECT_TRUE(rules_.add(parseRule(json).take()).ok()); }

    std::shared_ptr<const Call> lastCall() {
        const auto page = calls_.callsAfter(0, std::numeric_limits<std::size_t>::max(), std::chrono::milliseconds(0));
        return page.calls.empty() ? nullptr : page.calls.back();
    }

    base::SystemClock clock_;
    RuleSet rules_;
    CallStore calls_{{}, clock_};
    CallLog log_{-1};
    HookHandler plain_{srsEndpoints(), ReplyMode::Plain, rules_, calls_, log_};
    HookHandler json_{srsEndpoints(), ReplyMode::Json, rules_, calls_, log_};
};

struct Hook {
    const char* path;
    const char* action;
};

class Hooks : public HookHandlerTest, public ::testing::WithParamInterface<Hook> {};

TEST_P(Hooks, AreAdmittedAndOthersRefused) {
    const auto [path, action] = GetParam();
    const std::string right = std::string(R"({"action":")") + action + "\"}";
    for (const std::string& target : {std::string(path), std::string(path) + "/", std::string(path) + "?a=b"}) {
        const Answer answer = plain(target, right);
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.body, "0");
        EXPECT_EQ(json(target, right).body, R"({"code":0,"data":null})");
    }
    for (const char* wrong : {R"({"action":"on_nothing"})", R"({"action":""})", R"({"action":7})", R"({"action":null})",
                              R"({"action":["on_connect"]})", "{}", R"({"Action":"on_connect"})"}) {
        const Answer answer = plain(path, wrong);
        EXPECT_EQ(answer.status, 200) << wrong;
        EXPECT_EQ(answer.body, "200") << wrong;
        EXPECT_EQ(json(path, wrong).body, R"({"code":200,"data":null})") << wrong;
    }
}

INSTANTIATE_TEST_SUITE_P(Srs, Hooks,
                         ::testing::Values(Hook{"/api/v1/clients", "on_connect"}, Hook{"/api/v1/clients", "on_close"},
                                           Hook{"/api/v1/streams", "on_publish"},
                                           Hook{"/api/v1/streams", "on_unpublish"}, Hook{"/api/v1/sessions", "on_play"},
                                           Hook{"/api/v1/sessions", "on_stop"}, Hook{"/api/v1/dvrs", "on_dvr"}, Hook{"/api/v1/updates", "on_update"},
                                           Hook{"/api/v1/hls", "on_hls"}, Hook{"/api/v1/snapshots", "on_publish"},
                                           Hook{"/api/v1/snapshots", "on_unpublish"}));

TEST_F(HookHandlerTest, AnActionOfAnotherEndpointIsWrong) {
    EXPECT_EQ(plain("/api/v1/streams", R"({"action":"on_play"})").body, "200");
    EXPECT_EQ(plain("/api/v1/sessions", R"({"action":"on_publish"})").body, "200");
    EXPECT_EQ(plain("/api/v1/clients", R"({"action":"on_forward"})").body, "200");
}

TEST_F(HookHandlerTest, BadJsonHasItsCodeOnEveryEndpoint) {
    const std::string deep = std::string(10'000, '[') + std::string(10'000, ']');
    for (const char* path : {"/api/v1/clients", "/api/v1/streams", "/api/v1/sessions", "/api/v1/dvrs", "/api/v1/hls",
                             "/api/v1/forward", "/api/v1/snapshots", "/api/v1/servers"})
        for (const std::string& body :
             {std::string(), std::string("{"), std::string("action=on_connect"), std::string("[]"), std::string("0"),
              deep, std::string(R"({"action":)") + deep + "}", std::string("{\"action\":\"on_connect\xff\"}"),
              std::string("{\"action\":\"on_connect\"}\0", 24), std::string(R"({"action\u0000":"on_connect"})")}) {
            const Answer answer = plain(path, body);
            EXPECT_EQ(answer.status, 200) << path;
            EXPECT_EQ(answer.body, "100") << path;
            EXPECT_EQ(json(path, body).body, R"({"code":100,"data":null})") << path;
        }
}

TEST_F(HookHandlerTest, OfDuplicateFieldsTheLastCounts) {
    EXPECT_EQ(plain("/api/v1/clients", R"({"action":"on_play","action":"on_connect"})").body, "0");
    EXPECT_EQ(plain("/api/v1/clients", R"({"action":"on_connect","action":"on_play"})").body, "200");
}

TEST_F(HookHandlerTest, ForwardAnswersAnObjectInAnyMode) {
    const std::string body = R"({"action":"on_forward","stream":"x"})";
    EXPECT_EQ(plain("/api/v1/forward", body).body, R"({"code":0,"data":{"urls":[]}})");
    EXPECT_EQ(json("/api/v1/forward", body).body, R"({"code":0,"data":{"urls":[]}})");
    EXPECT_EQ(plain("/api/v1/forward", "{}").body, "200");
}

TEST_F(HookHandlerTest, AHeartbeatNeedsNoAction) {
    EXPECT_EQ(plain("/api/v1/servers", R"({"device_id":"1","ip":"127.0.0.1"})").body, "0");
    EXPECT_EQ(json("/api/v1/servers", "{}").body, R"({"code":0,"data":null})");
}

TEST_F(HookHandlerTest, HlsNotifyEchoesItsArguments) {
    Request request = post("/api/v1/hls/live/a%20b-1.ts?x=1&y=%32&z&&=v&bad=%zz", "");
    request.method = "GET";
    const Answer answer = plain_.handle(request);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, R"({"args":["live","a b-1.ts"],"kwargs":{"x":"1","y":"2","z":"","":"v","bad":"%zz"}})");
    request.path = "/api/v1/hls";
    request.query = "";
    EXPECT_EQ(plain_.handle(request).body, R"({"args":[],"kwargs":{}})");
    request.path = "/api/v1/hls/%ff%00";
    EXPECT_EQ(plain_.handle(request).body, "{\"args\":[\"\ufffd\\u0000\"],\"kwargs\":{}}");
    request.path = "/api/v1/hlsx";
    EXPECT_EQ(plain_.handle(request).status, 404);
}

TEST_F(HookHandlerTest, UnknownPathsAndWrongMethodsAreRefused) {
    for (const char* path : {"/api/v1/proxy", "/api/v1/proxy/http://127.0.0.1/", "/api/v1", "/api/v1/clients2",
                             "/api/v1/clients/7", "/API/v1/clients", "", "//api/v1/clients", "*"})
        EXPECT_EQ(plain(path, R"({"action":"on_connect"})").status, 404) << path;
    for (const char* method : {"GET", "PUT", "DELETE", "HEAD", "OPTIONS", "post", ""}) {
        Request request = post("/api/v1/clients", R"({"action":"on_connect"})");
        request.method = method;
        const Answer answer = plain_.handle(request);
        EXPECT_EQ(answer.status, 405) << method;
        EXPECT_EQ(answer.headers, (Headers{{"Allow", "POST"}})) << method;
    }
    Request put = post("/api/v1/hls", "");
    put.method = "PUT";
    EXPECT_EQ(plain_.handle(put).headers, (Headers{{"Allow", "GET, POST"}}));
}

TEST_F(HookHandlerTest, RulesComeAfterTheEndpoint) {
    addRule(R"({"match":{"path":"/hook/*"},"reply":{"body":"0"}})");
    addRule(R"({"match":{"action":"on_play"},"reply":{"delay_ms":1}})");
    const Answer added = plain("/hook/mine", "{}");
    EXPECT_EQ(added.status, 200);
    EXPECT_EQ(added.body, "0");
    const Answer delayed = plain("/api/v1/clients", R"({"action":"on_play"})");
    EXPECT_EQ(delayed.body, "200") << "the endpoint's own answer";
    EXPECT_EQ(delayed.delayMs, 1);
}

TEST_F(HookHandlerTest, RecordsEveryCallWithItsAnswer) {
    addRule(R"({"match":{"stream":"bad"},"reply":{"status":403,"body":"1","delay_ms":60000}})");
    plain("/api/v1/streams?t=1", R"({"action":"on_publish", "stream":"bad"})");
    const auto call = lastCall();
    ASSERT_NE(call, nullptr);
    EXPECT_EQ(call->request.path, "/api/v1/streams");
    EXPECT_EQ(call->request.query, "t=1");
    EXPECT_EQ(call->request.body, R"({"action":"on_publish", "stream":"bad"})");
    EXPECT_EQ(call->bodyJson, R"({"action":"on_publish","stream":"bad"})");
    EXPECT_EQ(call->answer.status, 403);
    EXPECT_EQ(call->answer.body, "1");
    EXPECT_EQ(call->answer.delayMs, 60000);
    EXPECT_EQ(call->answer.ruleId, 1U);

    plain("/nowhere", "\xff");
    EXPECT_EQ(lastCall()->answer.status, 404);
    EXPECT_EQ(lastCall()->bodyJson, "null");
    EXPECT_EQ(lastCall()->order, 2U);
}

TEST_F(HookHandlerTest, NoRuleChangesTooLarge) {
    addRule(R"({"reply":{"status":200,"body":"0"}})");
    EXPECT_EQ(plain_.handleTooLarge(post("/api/v1/clients", "")).status, 413);
    EXPECT_EQ(lastCall()->answer.status, 413);
}

TEST(EndpointTest, TheLogNamesItByTheLastPartOfItsPath) {
    for (const auto& endpoint : srsEndpoints()) EXPECT_EQ(endpoint->path(), "/api/v1/" + std::string(endpoint->name()));
}

TEST(EndpointTest, TheSummaryShowsTheFieldsOfTheAction) {
    const ActionEndpoint endpoint("/x", {{"on_connect", {"client_id", "ip", "app", "pageUrl"}}});
    const ParsedBody body = parseJsonBody(R"({"action":"on_connect","client_id":4,"ip":"1.2.3.4","app":"a\nb"})");
    EXPECT_EQ(endpoint.answer({}, body, ReplyMode::Plain).summary,
              "hookcast on_connect: client id=4, ip=1.2.3.4, app=a\\x0ab, pageUrl=");
    EXPECT_EQ(endpoint.answer({}, parseJsonBody(R"({"action":"x\ny"})"), ReplyMode::Plain).summary,
              "hookcast wrong action for x: action=x\\x0ay");
}

} // namespace
} // namespace hookcast::mock
