// A vhost with http_hooks and http_notify: one opening asks both, and its end is told to both.
#include "unit/support/HookGate.h"
#include "unit/support/TempDir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hookcast::hooks {
namespace {

using support::answered;
using support::failed;
using support::GateClient;
using support::HookGate;
using support::no;
using support::yes;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using Outcome = HookResponse::Outcome;
using Urls = std::vector<std::string>;

config::HooksConfig srsHooks() {
    config::HooksConfig hooks;
    hooks.enabled = true;
    hooks.onPublish = {"http://srs/publish"};
    hooks.onUnpublish = {"http://srs/unpublish"};
    return hooks;
}

std::vector<config::NotifyConfig> notifies() {
    config::NotifyConfig first;
    first.enabled = true;
    first.onPublish = {"http://a/publish"};
    first.onDone = {"http://a/done"};
    first.calls.timeoutMs = 99;
    config::NotifyConfig second = first;
    second.onPublish = {"http://b/publish"};
    second.onDone = {"http://b/done"};
    return {first, second};
}

class BothDialectsTest : public ::testing::Test {
  protected:
    void answer(std::size_t call, const HookResponse& response) { gate_.answer(call, response); }

    HookGate gate_;
    GateClient client_{gate_, srsHooks(), notifies()};
};

TEST_F(BothDialectsTest, AreAskedOneAfterAnotherAndToldOfTheEnd) {
    client_.ask(HookAction::Publish);
    answer(0, yes());
    EXPECT_FALSE(client_.admitted());
    answer(1, answered(200, "Forbidden")); // whatever the body
    EXPECT_FALSE(client_.admitted());
    answer(2, answered(200, ""));
    ASSERT_TRUE(client_.verdict.wait());
    EXPECT_TRUE(client_.admitted());
    client_.leave();
    answer(3, yes());
    answer(4, answered(500, ""));
    answer(5, answered(200, ""));
    EXPECT_EQ(gate_.transport.urls(), (Urls{"http://srs/publish", "http://a/publish", "http://b/publish",
                                            "http://srs/unpublish", "http://a/done", "http://b/done"}));
    EXPECT_EQ(gate_.admission.openJobs(), 0U);
    EXPECT_EQ(gate_.admission.counters().closingsLost, 0U);
    EXPECT_EQ(gate_.admission.counters().calls, 6U);
}

TEST_F(BothDialectsTest, EachGetsItsOwnWriting) {
    client_.ask(HookAction::Publish);
    answer(0, yes());
    answer(1, yes());
    ASSERT_TRUE(gate_.transport.waitForCalls(3));
    const std::vector<HookRequest> requests = gate_.transport.requests();
    EXPECT_EQ(requests[0].contentType, "application/json");
    EXPECT_THAT(requests[0].body, HasSubstr(R"("action":"on_publish")"));
    EXPECT_EQ(requests[0].timeoutMs, 30'000);
    EXPECT_EQ(requests[1].contentType, "application/x-www-form-urlencoded");
    EXPECT_THAT(requests[1].body, StartsWith("protocol=rtmp&call=publish&"));
    EXPECT_EQ(requests[1].timeoutMs, 99);
    answer(2, no());
    answer(3, yes());
    ASSERT_TRUE(gate_.transport.waitForCalls(5));
    EXPECT_THAT(gate_.transport.requests()[4].body, StartsWith("protocol=rtmp&call=done&"));
    answer(4, yes());
}

TEST_F(BothDialectsTest, ARefusalOfTheJsonHooksAsksNoForm) {
    client_.ask(HookAction::Publish);
    answer(0, answered(200, "1"));
    ASSERT_TRUE(client_.verdict.wait());
    EXPECT_FALSE(client_.admitted());
    EXPECT_EQ(gate_.transport.urls(), Urls{"http://srs/publish"});
    EXPECT_EQ(gate_.admission.openJobs(), 0U);
}

TEST_F(BothDialectsTest, ARefusalOfTheSecondFormIsToldToThoseBefore) {
    client_.ask(HookAction::Publish);
    answer(0, yes());
    answer(1, yes());
    answer(2, answered(403, ""));
    ASSERT_TRUE(client_.verdict.wait());
    EXPECT_EQ(client_.refusal(), "refused by hook");
    answer(3, yes());
    answer(4, yes());
    EXPECT_EQ(gate_.transport.urls(), (Urls{"http://srs/publish", "http://a/publish", "http://b/publish",
                                            "http://srs/unpublish", "http://a/done"}));
    EXPECT_EQ(gate_.admission.openJobs(), 0U);
}

TEST_F(BothDialectsTest, AClientThatLeavesWhileAFormIsOutIsDone) {
    client_.ask(HookAction::Publish);
    answer(0, yes());
    ASSERT_TRUE(gate_.transport.waitForCalls(2));
    client_.cancel();
    answer(1, yes());
    answer(2, yes());
    answer(3, yes());
    EXPECT_EQ(gate_.transport.urls(),
              (Urls{"http://srs/publish", "http://a/publish", "http://srs/unpublish", "http://a/done"}));
    EXPECT_EQ(gate_.admission.openJobs(), 0U);
}

TEST_F(BothDialectsTest, OneRetryIsForTheWholeOpening) {
    client_.ask(HookAction::Publish);
    answer(0, failed(Outcome::ConnectFailed));
    answer(1, yes());
    answer(2, failed(Outcome::ConnectFailed));
    ASSERT_TRUE(client_.verdict.wait());
    EXPECT_FALSE(client_.admitted());
    EXPECT_EQ(client_.refusal(), "refused by hook");
    answer(3, yes());
    EXPECT_EQ(gate_.transport.urls(),
              (Urls{"http://srs/publish", "http://srs/publish", "http://a/publish", "http://srs/unpublish"}));
}

TEST(FormNotifyDone, ThatWasNotDeliveredIsTriedAgain) {
    const support::TempDir dir;
    const std::string file = dir.file("hooks.log");
    {
        HookGate gate(file);
        GateClient client(gate, {}, {notifies()[0]});
        const auto answer = [&](std::size_t call, const HookResponse& response) {
            ASSERT_TRUE(gate.transport.waitForCalls(call + 1));
            gate.transport.answer(call, response);
            gate.runner.settle();
        };
        client.ask(HookAction::Publish);
        answer(0, yes());
        client.leave();
        answer(1, failed(Outcome::ConnectFailed, "no route"));
        gate.pass(250);
        answer(2, answered(404, "not here"));
        EXPECT_EQ(gate.transport.urls(), (Urls{"http://a/publish", "http://a/done", "http://a/done"}));
        EXPECT_EQ(gate.admission.openJobs(), 0U);
    }
    Urls lines;
    for (const std::string& line : support::linesOf(file)) lines.push_back(line.substr(line.find(']') + 1));
    EXPECT_EQ(
        lines,
        (Urls{
            "[trace][rtmp-7] hook on_publish stream=__defaultVhost__/live/one url=http://a/publish status=200 "
            "verdict=admitted reason=- ms=0",
            "[warn][rtmp-7] hook on_done stream=__defaultVhost__/live/one url=http://a/done status=0 verdict=retry "
            "reason=\"no connection: no route\" ms=0",
            "[trace][rtmp-7] hook on_done stream=__defaultVhost__/live/one url=http://a/done status=404 verdict=told "
            "reason=- ms=0",
        }));
}

} // namespace
} // namespace hookcast::hooks
