// A step of a hook that throws: nobody waits for ever, nobody is let in, and who has said yes is told of the end.
#include "hooks/Admission.h"

#include "unit/support/HookGate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hookcast::hooks {
namespace {

using support::GateClient;
using support::HookGate;
using support::yes;
using Urls = std::vector<std::string>;

config::HooksConfig publishHooks() {
    config::HooksConfig hooks;
    hooks.enabled = true;
    hooks.onPublish = {"http://a/publish", "http://b/publish"};
    hooks.onUnpublish = {"http://a/unpublish", "http://b/unpublish"};
    return hooks;
}

class OpeningFailureTest : public ::testing::Test {
  protected:
    void answer(std::size_t call, const HookResponse& response) { gate_.answer(call, response); }

    void expectRefused() {
        ASSERT_TRUE(client_.verdict.wait());
        EXPECT_FALSE(client_.admitted());
        EXPECT_EQ(client_.refusal(), "internal error");
        EXPECT_EQ(client_.verdict.times(), 1U);
        EXPECT_EQ(gate_.admission.counters().refused, 1U);
        EXPECT_EQ(gate_.admission.counters().admitted, 0U);
    }

    HookGate gate_;
    GateClient client_{gate_, publishHooks()};
};

TEST_F(OpeningFailureTest, RefusesOnceAndTheNextHasItsTurn) {
    gate_.transport.refuseCalls(true);
    client_.ask(HookAction::Publish);
    expectRefused();
    gate_.transport.refuseCalls(false);
    client_.ask(HookAction::Publish);
    answer(0, yes());
    answer(1, yes());
    ASSERT_TRUE(client_.verdict.wait(2));
    EXPECT_TRUE(client_.admitted());
}

TEST_F(OpeningFailureTest, WhoHasSaidYesIsToldOfTheEndOnce) {
    client_.ask(HookAction::Publish);
    ASSERT_TRUE(gate_.transport.waitForCalls(1));
    gate_.transport.refuseCalls(true);
    answer(0, yes());
    expectRefused();
    gate_.transport.refuseCalls(false);
    for (int i = 0; i < 5; ++i) gate_.pass(10'000);
    ASSERT_TRUE(gate_.transport.waitForCalls(2));
    EXPECT_EQ(gate_.transport.urls(), (Urls{"http://a/publish", "http://a/unpublish"}));
    EXPECT_THAT(gate_.transport.requests().back().body, ::testing::HasSubstr(R"("reason":"internal error")"));
    answer(1, yes());
    EXPECT_EQ(gate_.admission.openJobs(), 0U);
    EXPECT_EQ(gate_.admission.counters().closingsLost, 0U);
}

TEST_F(OpeningFailureTest, AnEndThatCannotBeToldIsCountedAndHoldsUpNobody) {
    client_.ask(HookAction::Publish);
    answer(0, yes());
    answer(1, yes());
    ASSERT_TRUE(client_.verdict.wait());
    gate_.transport.refuseCalls(true);
    client_.withTicket([](auto& ticket) { ticket.reset(); });
    for (int i = 0; i < 12; ++i) gate_.pass(10'000);
    EXPECT_EQ(gate_.admission.counters().closingsLost, 2U);
    EXPECT_EQ(gate_.admission.openJobs(), 0U);
    gate_.transport.refuseCalls(false);
    client_.ask(HookAction::Publish);
    answer(2, yes());
    answer(3, yes());
    EXPECT_TRUE(client_.verdict.wait(2));
}

} // namespace
} // namespace hookcast::hooks
