#include "api-server/NotifyEndpoint.h"
#include "api-server/AllEndpoints.h"
#include "api-server/FormText.h"
#include "api-server/HookHandler.h"
#include "base/Clock.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::mock {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

TEST(FormText, SplitsAndDecodes) {
    EXPECT_EQ(fieldsOf("a=1&b=x%20y+z&c&&=d&e=f=g&%41=%zz", Plus::IsBlank),
              (Pairs{{"a", "1"}, {"b", "x y z"}, {"c", ""}, {"", "d"}, {"e", "f=g"}, {"A", "%zz"}}));
    EXPECT_EQ(fieldsOf("a=x+y", Plus::IsPlus), (Pairs{{"a", "x+y"}}));
    EXPECT_EQ(fieldsOf("", Plus::IsBlank), Pairs());
    EXPECT_EQ(fieldsOf("&&&", Plus::IsBlank), Pairs());
    EXPECT_EQ(percentDecoded("%00%FFx%", Plus::IsPlus), "%00%FFx%") << "all or nothing";
    EXPECT_EQ(percentDecoded("%00%FF", Plus::IsPlus), std::string("\0\xff", 2));
    EXPECT_EQ(partsOf("/a//b", '/'), (std::vector<std::string>{"a", "b"}));
}

TEST(ParseForm, MakesStringFieldsInTheirOrder) {
    const ParsedBody body = parseForm("z=1&a=%22&z=2");
    EXPECT_TRUE(body.isObject);
    EXPECT_EQ(body.json, R"({"z":"2","a":"\""})");
    EXPECT_EQ(body.field("z"), "2") << "of a name given twice the last counts";
    EXPECT_EQ(body.field("b"), "");
    EXPECT_EQ(parseForm("").json, "{}");
    EXPECT_EQ(parseForm("a=%ff").json, "{\"a\":\"\ufffd\"}");
}

class NotifyEndpointTest : public ::testing::TestWithParam<std::string> {
  protected:
    Answer post(const std::string& target, const std::string& body) { return send("POST", target, body); }
    Answer get(const std::string& target) { return send("GET", target, ""); }

    Answer send(const std::string& method, const std::string& target, const std::string& body) {
        Request request;
        request.method = method;
        const std::size_t mark = std::min(target.find('?'), target.size());
        request.path = target.substr(0, mark);
        if (mark < target.size()) request.query = target.substr(mark + 1);
        request.body = body;
        return handler_.handle(std::move(request));
    }

    std::shared_ptr<const Call> lastCall() {
        return calls_.callsAfter(0, 1000, std::chrono::milliseconds(0)).calls.back();
    }

    base::SystemClock clock_;
    RuleSet rules_;
    CallStore calls_{{}, clock_};
    CallLog log_{-1};
    EventStore events_{{}, clock_};
    HookHandler handler_{allEndpoints(events_), ReplyMode::Plain, rules_, calls_, log_};
};

TEST_P(NotifyEndpointTest, TakesItsCallByPostAndGet) {
    const std::string path = "/notify/" + GetParam();
    const std::string fields = "protocol=rtmp&call=" + GetParam() + "&name=one";
    const std::string json = R"({"protocol":"rtmp","call":")" + GetParam() + R"(","name":"one"})";
    EXPECT_EQ(post(path + "?token=1", fields).status, 200);
    EXPECT_EQ(lastCall()->bodyJson, json);
    EXPECT_EQ(lastCall()->answer.body, "0");
    EXPECT_EQ(get(path + "?" + fields).status, 200);
    EXPECT_EQ(lastCall()->bodyJson, json);
    EXPECT_EQ(lastCall()->request.query, fields);
}

TEST_P(NotifyEndpointTest, RefusesEveryOtherCall) {
    const std::string path = "/notify/" + GetParam();
    for (const std::string fields : {"", "call=", "call=on_play", "Call=play", R"({"call":"play"})", "\xff=\xff"}) {
        EXPECT_EQ(post(path, fields).status, 400) << fields;
        EXPECT_EQ(get(path + "?" + fields).status, 400) << fields;
    }
    const std::string other = GetParam() == "play" ? "publish" : "play";
    EXPECT_EQ(post(path, "call=" + other).status, 400);
    EXPECT_EQ(post(path + "?call=" + GetParam(), "").status, 400) << "a POST has its fields in the body";
    EXPECT_EQ(send("PUT", path, "call=" + GetParam()).headers, (Headers{{"Allow", "GET, POST"}}));
}

TEST_P(NotifyEndpointTest, IsChangedByRulesOnItsFields) {
    const auto rule = R"({"match":{"call":")" + GetParam() + R"(","name":"bad*"},"reply":{"status":403,"body":"no"}})";
    ASSERT_TRUE(rules_.add(parseRule(rule).take()).ok());
    const std::string path = "/notify/" + GetParam();
    EXPECT_EQ(post(path, "call=" + GetParam() + "&name=good").status, 200);
    EXPECT_EQ(post(path, "call=" + GetParam() + "&name=bad%20one").status, 403);
    EXPECT_EQ(get(path + "?name=bad&call=" + GetParam()).body, "no");
}

INSTANTIATE_TEST_SUITE_P(Calls, NotifyEndpointTest, ::testing::Values("connect", "publish", "play", "done"),
                         [](const auto& call) { return call.param; });

TEST(NotifyEndpoint, TheSummaryShowsItsFields) {
    const NotifyEndpoint endpoint("/notify/publish");
    const ParsedBody body =
        parseForm("protocol=rtmp&call=publish&addr=1.2.3.4&app=live&url=rtmp://h/live/one&name=o%0ane&clientid=7");
    EXPECT_EQ(endpoint.answer({}, body, ReplyMode::Plain).summary,
              "hookcast notify publish: clientid=7, protocol=rtmp, addr=1.2.3.4, app=live, name=o\\x0ane, "
              "url=rtmp://h/live/one");
    EXPECT_EQ(endpoint.answer({}, parseForm("call=x%0a"), ReplyMode::Plain).summary,
              "hookcast wrong call for publish: call=x\\x0a");
}

TEST(AllEndpoints, HaveDifferentPaths) {
    std::set<std::string> paths;
    const base::SystemClock clock;
    EventStore events({}, clock);
    for (const auto& endpoint : allEndpoints(events))
        EXPECT_TRUE(paths.insert(endpoint->path()).second) << endpoint->path();
    EXPECT_TRUE(paths.contains("/notify/done"));
    EXPECT_TRUE(paths.contains("/api/v1/clients"));
}

} // namespace
} // namespace hookcast::mock
