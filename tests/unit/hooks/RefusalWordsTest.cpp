#include "unit/support/HookGate.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace hookcast::hooks {
namespace {

using support::answered;
using support::GateClient;
using support::HookGate;

/// What a client is told whom a backend has refused with `response`.
std::string toldAfter(const HookResponse& response, bool showsMessage) {
    HookGate gate;
    config::HooksConfig hooks;
    hooks.enabled = true;
    hooks.onPlay = {"http://a/play"};
    hooks.showsMessage = showsMessage;
    GateClient client(gate, hooks);
    client.ask(HookAction::Play);
    EXPECT_TRUE(gate.transport.waitForCalls(1));
    gate.transport.answer(0, response);
    EXPECT_TRUE(client.verdict.wait());
    return client.refusal();
}

constexpr const char* kConstant = "refused by hook";

TEST(RefusalWords, NothingOfAnAnswerReachesTheClient) {
    for (const char* body : {"Traceback: password=hunter2", R"({"code":1,"msg":"password=hunter2"})", "1", ""})
        for (const int status : {200, 403, 500}) EXPECT_EQ(toldAfter(answered(status, body), false), kConstant) << body;
}

TEST(RefusalWords, ABackendsOwnMessageDoesWhereItIsToBeShown) {
    EXPECT_EQ(toldAfter(answered(200, R"({"code":1,"msg":"Ihr Abo ist zu Ende \u00fc"})"), true),
              "refused by hook: Ihr Abo ist zu Ende \xc3\xbc");
}

TEST(RefusalWords, NothingElseOfAnAnswerEverDoes) {
    for (const char* body : {"Traceback: password=hunter2", R"({"code":1,"error":"x"})", R"({"code":1,"msg":{"a":1}})",
                             R"({"code":1,"msg":7})", R"({"code":1,"msg":""})", R"(["msg"])"})
        EXPECT_EQ(toldAfter(answered(200, body), true), kConstant) << body;
    EXPECT_EQ(toldAfter(answered(500, R"({"code":1,"msg":"x"})"), true), kConstant) << "an error page is no message";
    EXPECT_EQ(toldAfter(support::failed(HookResponse::Outcome::TimedOut, "hooks.internal"), true), kConstant);
}

TEST(RefusalWords, AreTextOfAtMostTwoHundredCharacters) {
    EXPECT_EQ(toldAfter(answered(200, "{\"code\":1,\"msg\":\"a\\r\\nb\\u001b[31m\\u009bc\\u202ed\"}"), true),
              "refused by hook: ab[31mcd");
    EXPECT_EQ(toldAfter(answered(200, "{\"code\":1,\"msg\":\"" + std::string(500, 'x') + "\"}"), true),
              "refused by hook: " + std::string(200, 'x'));
}

} // namespace
} // namespace hookcast::hooks
