#include "unit/support/HookGate.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hookcast::hooks {
namespace {

using support::GateClient;
using support::HookGate;
using support::yes;
using Urls = std::vector<std::string>;

/// Who leaves before the call about him has begun.
class WithdrawalTest : public ::testing::Test {
  protected:
    static config::HooksConfig hooksConfig() {
        config::HooksConfig hooks;
        hooks.enabled = true;
        hooks.onConnect = {"http://a/connect", "http://b/connect"};
        hooks.onClose = {"http://a/close", "http://b/close"};
        hooks.onPublish = {"http://a/publish", "http://b/publish"};
        hooks.onUnpublish = {"http://a/unpublish", "http://b/unpublish"};
        return hooks;
    }

    void answer(std::size_t call, const HookResponse& response) { gate_.answer(call, response); }

    HookGate gate_;
    GateClient client_{gate_, hooksConfig()};
};

TEST_F(WithdrawalTest, WhatHasNotBegunIsWithdrawnAndNobodyIsTold) {
    gate_.transport.letCallsWait();
    client_.ask(HookAction::Publish);
    ASSERT_TRUE(gate_.transport.waitForCalls(1));
    client_.cancel();
    gate_.runner.settle();
    EXPECT_EQ(gate_.admission.openJobs(), 0U);
    EXPECT_EQ(gate_.admission.counters().withdrawn, 1U);
    EXPECT_EQ(gate_.admission.counters().refused, 0U);
    EXPECT_EQ(gate_.admission.statistics().figures().front().calls, 0U);
    EXPECT_EQ(gate_.admission.statistics().figures().front().inFlight, 0U);
    EXPECT_EQ(gate_.transport.urls(), Urls{"http://a/publish"});
    EXPECT_EQ(client_.verdict.times(), 0U);
}

TEST_F(WithdrawalTest, WhoHadSaidYesBeforeTheWithdrawalIsToldOfTheEnd) {
    client_.ask(HookAction::Publish);
    answer(0, yes());
    ASSERT_TRUE(gate_.transport.waitForCalls(2));
    gate_.transport.letCallsWait();
    client_.cancel();
    ASSERT_TRUE(gate_.transport.waitForCalls(3));
    EXPECT_EQ(gate_.transport.urls(), (Urls{"http://a/publish", "http://b/publish", "http://a/unpublish"}));
    answer(2, yes());
    EXPECT_EQ(gate_.admission.openJobs(), 0U);
}

TEST_F(WithdrawalTest, OpeningsAskAndClosingsTellForTheAddressOfTheirClient) {
    client_.ask(HookAction::Connect);
    answer(0, yes());
    answer(1, yes());
    ASSERT_TRUE(client_.verdict.wait());
    client_.leave();
    ASSERT_TRUE(gate_.transport.waitForCalls(3));
    EXPECT_EQ(gate_.transport.requests()[1].kind, CallKind::Asks);
    EXPECT_EQ(gate_.transport.requests()[2].kind, CallKind::Tells);
    for (const HookRequest& request : gate_.transport.requests()) EXPECT_EQ(request.share, "192.0.2.1");
    answer(2, yes());
    answer(3, yes());
}

} // namespace
} // namespace hookcast::hooks
