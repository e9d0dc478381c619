#include "api-server/ControlHandler.h"
#include "api-server/JsonText.h"
#include "base/Clock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <sstream>
#include <string>
#include <thread>

namespace hookcast::mock {
namespace {

using ::testing::HasSubstr;

class ControlHandlerTest : public ::testing::Test {
  protected:
    ControlReply ask(const std::string& method, const std::string& path, const std::string& query = "",
                     const std::string& body = "") const {
        Request request;
        request.method = method;
        request.path = path;
        request.query = query;
        request.body = body;
        return control_.handle(request);
    }

    void addCalls(int count) {
        for (int i = 0; i < count; ++i) calls_.add(Call{});
    }

    base::SystemClock clock_;
    RuleSet rules_;
    CallStore calls_{{}, clock_};
    EventStore events_{{}, clock_};
    ControlHandler control_{rules_, calls_, events_};
};

TEST_F(ControlHandlerTest, WebPagesOfOtherOriginsAreRefused) {
    const auto statusWith = [this](const Headers& headers) {
        Request request;
        request.method = "DELETE";
        request.path = "/control/rules";
        request.headers = headers;
        return control_.handle(request).answer.status;
    };
    const std::pair<std::string, std::string> host{"host", "127.0.0.1:8085"};
    EXPECT_EQ(statusWith({host}), 200);
    EXPECT_EQ(statusWith({host, {"origin", "http://127.0.0.1:8085"}, {"sec-fetch-site", "same-origin"}}), 200);
    EXPECT_EQ(statusWith({{"host", "LocalHost:8085"}}), 200);
    EXPECT_EQ(statusWith({{"host", "[::1]:8085"}}), 200);
    EXPECT_EQ(statusWith({host, {"origin", "http://evil.example"}}), 403);
    EXPECT_EQ(statusWith({host, {"origin", "null"}}), 403);
    EXPECT_EQ(statusWith({host, {"sec-fetch-site", "cross-site"}}), 403);
    EXPECT_EQ(statusWith({{"host", "evil.example:8085"}, {"origin", "http://evil.example:8085"}}), 403);
}

TEST_F(ControlHandlerTest, AddsListsAndClearsRules) {
    EXPECT_EQ(ask("POST", "/control/rules", "", R"({"match":{"a":"b"}})").answer.body, R"({"id":1})");
    EXPECT_EQ(ask("POST", "/control/rules", "", "{}").answer.body, R"({"id":2})");
    EXPECT_EQ(ask("GET", "/control/rules").answer.body, rules_.json());
    EXPECT_EQ(ask("DELETE", "/control/rules").answer.body, R"({"removed":2})");
    EXPECT_EQ(rules_.json(), R"({"rules":[]})");
}

TEST_F(ControlHandlerTest, ABadRuleIsRefusedAndNotAdded) {
    for (const char* body : {"", "{", "[]", R"({"replies":{}})", R"({"reply":{"status":1}})", "{\"a\xff\":1}"}) {
        const ControlReply reply = ask("POST", "/control/rules", "", body);
        EXPECT_EQ(reply.answer.status, 400) << body;
        EXPECT_THAT(reply.answer.body, ::testing::StartsWith("{\"error\":\"")) << body;
        EXPECT_TRUE(parseJson(reply.answer.body).ok()) << reply.answer.body;
    }
    EXPECT_EQ(rules_.json(), R"({"rules":[]})");
}

TEST_F(ControlHandlerTest, TooManyRulesAreRefused) {
    for (std::size_t i = 0; i < RuleSet::kMaxRules; ++i) ASSERT_TRUE(rules_.add(Rule{}).ok());
    EXPECT_EQ(ask("POST", "/control/rules", "", "{}").answer.status, 400);
}

TEST_F(ControlHandlerTest, ListsCallsByPages) {
    addCalls(3);
    const ControlReply all = ask("GET", "/control/calls");
    ASSERT_TRUE(all.page.has_value());
    EXPECT_EQ(all.page->calls.size(), 3U);
    EXPECT_EQ(all.page->next, 3U);
    const ControlReply some = ask("GET", "/control/calls", "after=1&limit=1");
    ASSERT_EQ(some.page->calls.size(), 1U);
    EXPECT_EQ(some.page->calls[0]->order, 2U);
    EXPECT_EQ(some.page->next, 2U);
    EXPECT_TRUE(ask("GET", "/control/calls", "after=18446744073709551615&wait_ms=0").page->calls.empty());
    EXPECT_TRUE(ask("GET", "/control/calls", "after=3&wait_ms=1&").page->calls.empty());
}

// Each round the poller is back at asking before the next call is added, but for a rare turn of the scheduler: adding
// comes after some other requests.
TEST_F(ControlHandlerTest, AHugeWaitIsAWait) {
    constexpr int kRounds = 100;
    std::atomic<int> answered = 0;
    std::thread poller([&] {
        for (int round = 0; round < kRounds; ++round) {
            const std::string query = "wait_ms=18446744073709551615&after=" + std::to_string(round);
            EXPECT_EQ(ask("GET", "/control/calls", query).page->calls.size(), 1U);
            ++answered;
            answered.notify_one();
        }
    });
    for (int round = 0; round < kRounds; ++round) {
        for (int i = 0; i < 20; ++i) ask("GET", "/control/rules");
        addCalls(1);
        answered.wait(round);
    }
    poller.join();
}

TEST_F(ControlHandlerTest, RefusesParametersThatItDoesNotKnow) {
    for (const char* query : {"after=x", "after=", "after", "after=-1", "after=1.5", "after=18446744073709551616",
                              "wait_ms=1s", "wait=5", "=1", "after=1&x=2", "after=%31"}) {
        const ControlReply reply = ask("GET", "/control/calls", query);
        EXPECT_EQ(reply.answer.status, 400) << query;
        EXPECT_FALSE(reply.page.has_value()) << query;
        EXPECT_TRUE(parseJson(reply.answer.body).ok()) << reply.answer.body;
    }
}

TEST_F(ControlHandlerTest, ClearsCalls) {
    addCalls(2);
    EXPECT_EQ(ask("DELETE", "/control/calls").answer.body, R"({"removed":2})");
    EXPECT_TRUE(ask("GET", "/control/calls").page->calls.empty());
}

TEST_F(ControlHandlerTest, RefusesOtherMethodsAndPaths) {
    EXPECT_EQ(ask("PUT", "/control/rules").answer.status, 405);
    EXPECT_EQ(ask("PUT", "/control/rules").answer.headers, (Headers{{"Allow", "GET, POST, DELETE"}}));
    EXPECT_EQ(ask("POST", "/control/calls").answer.status, 405);
    EXPECT_EQ(ask("POST", "/control/calls").answer.headers, (Headers{{"Allow", "GET, DELETE"}}));
    EXPECT_EQ(ask("GET", "/control/").answer.status, 404);
    EXPECT_EQ(ask("GET", "/control/rules/one").answer.status, 404);
}

TEST_F(ControlHandlerTest, APageIsJson) {
    addCalls(2);
    std::ostringstream out;
    writeJson(out, *ask("GET", "/control/calls").page);
    EXPECT_TRUE(parseJson(out.str()).ok()) << out.str();
    EXPECT_THAT(out.str(), HasSubstr(R"(],"next":2,"last":2,"discarded":0})"));
    std::ostringstream none;
    writeJson(none, CallStore::Page{});
    EXPECT_EQ(none.str(), R"({"calls":[],"next":0,"last":0,"discarded":0})");
}

TEST_F(ControlHandlerTest, ChangesMovesAndRemovesOneRule) {
    for (const char* rule : {R"({"reply":{"status":403}})", R"({"reply":{"status":500}})"})
        EXPECT_EQ(ask("POST", "/control/rules", "", rule).answer.status, 200);
    EXPECT_EQ(ask("PUT", "/control/rules/2", "", R"({"reply":{"status":404}})").answer.body, R"({"id":2})");
    EXPECT_THAT(ask("PUT", "/control/rules/order", "", "[2,1]").answer.body,
                ::testing::StartsWith(R"({"rules":[{"id":2,"used":0,"match":{},"reply":{"status":404,)"));
    EXPECT_EQ(ask("DELETE", "/control/rules/2").answer.body, R"({"removed":1})");
    EXPECT_THAT(ask("GET", "/control/rules").answer.body, ::testing::StartsWith(R"({"rules":[{"id":1,)"));
}

TEST_F(ControlHandlerTest, RefusesChangesOfRulesThatAreWrong) {
    EXPECT_EQ(ask("POST", "/control/rules", "", "{}").answer.status, 200);
    EXPECT_EQ(ask("PUT", "/control/rules/1", "", R"({"reply":{"status":99}})").answer.status, 400);
    EXPECT_EQ(ask("PUT", "/control/rules/1", "", "not JSON").answer.status, 400);
    EXPECT_EQ(ask("GET", "/control/rules/1").answer.status, 405);
    for (const char* name : {"2", "0", "", "1x", "-1", "18446744073709551616"}) {
        EXPECT_EQ(ask("DELETE", std::string("/control/rules/") + name).answer.status, 404) << name;
        EXPECT_EQ(ask("PUT", std::string("/control/rules/") + name, "", "{}").answer.status, 404) << name;
    }
    for (const char* order : {"{}", "[\"1\"]", "[1.5]", "[-1]", "[true]", "x", "[null]", "[[1]]"})
        EXPECT_EQ(ask("PUT", "/control/rules/order", "", order).answer.status, 400) << order;
    for (const char* order : {"[]", "[1,1]", "[2]"})
        EXPECT_EQ(ask("PUT", "/control/rules/order", "", order).answer.status, 409) << order;
    EXPECT_EQ(ask("POST", "/control/rules/order", "", "[1]").answer.status, 405);
}

} // namespace
} // namespace hookcast::mock
