#include "hooks/StreamClients.h"

#include "unit/support/HookGate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

namespace hookcast::hooks {
namespace {

using support::GateClient;
using support::HookGate;
using support::no;
using support::yes;
using testing::HasSubstr;

const StreamKey kShow{"v", "live", "show"};
const StreamKey kOther{"v", "live", "other"};

TEST(StreamClients, NumbersThoseOfOneStream) {
    StreamClients clients;
    StreamClients::Seat first = clients.take(kShow);
    StreamClients::Seat second = clients.take(kShow);
    EXPECT_EQ(first.number(), 1U);
    EXPECT_EQ(second.number(), 2U);
    EXPECT_EQ(clients.take(kOther).number(), 1U);
    EXPECT_EQ(first.leave(), std::optional<std::uint64_t>(1));
    EXPECT_EQ(first.leave(), std::nullopt) << "once";
    EXPECT_EQ(second.leave(), std::optional<std::uint64_t>(0));
}

TEST(StreamClients, ASeatThatMovesIsOne) {
    StreamClients clients;
    StreamClients::Seat first = clients.take(kShow);
    StreamClients::Seat moved = std::move(first);
    EXPECT_EQ(clients.take(kShow).number(), 2U);
    moved = clients.take(kOther);
    EXPECT_EQ(clients.take(kShow).number(), 1U) << "what it was before is given back";
}

config::HooksConfig playHooks() {
    config::HooksConfig hooks;
    hooks.enabled = true;
    hooks.onPlay = {"http://a/play"};
    hooks.onStop = {"http://a/stop"};
    return hooks;
}

TEST(StreamClients, BackendsAreToldOfAllWhoAreThereOrAskedAbout) {
    HookGate gate;
    gate.transport.answerAlways("http://a/stop", yes());
    GateClient first(gate, playHooks(), 1);
    GateClient second(gate, playHooks(), 2);
    first.ask(HookAction::Play);
    ASSERT_TRUE(gate.transport.waitForCalls(1));
    second.ask(HookAction::Play);
    ASSERT_TRUE(gate.transport.waitForCalls(2));
    EXPECT_THAT(gate.transport.requests()[0].body, HasSubstr(R"("clients":1,)"));
    EXPECT_THAT(gate.transport.requests()[1].body, HasSubstr(R"("clients":2,)"));
    gate.transport.answer(0, yes());
    gate.transport.answer(1, no());
    ASSERT_TRUE(first.verdict.wait());
    ASSERT_TRUE(second.verdict.wait());
    first.leave();
    ASSERT_TRUE(gate.transport.waitForCalls(3));
    EXPECT_THAT(gate.transport.requests()[2].body, HasSubstr(R"("clients":0,)")) << "who was refused counts no more";
}

/// A yes that came too late is ended with the right number, too.
TEST(StreamClients, OneWhoLeftBeforeTheVerdictIsNotLeftBehind) {
    HookGate gate;
    gate.transport.answerAlways("http://a/stop", yes());
    GateClient stays(gate, playHooks(), 1);
    GateClient leaves(gate, playHooks(), 2);
    stays.ask(HookAction::Play);
    ASSERT_TRUE(gate.transport.waitForCalls(1));
    gate.transport.answer(0, yes());
    ASSERT_TRUE(stays.verdict.wait());
    leaves.ask(HookAction::Play);
    ASSERT_TRUE(gate.transport.waitForCalls(2));
    leaves.cancel();
    gate.transport.answer(1, yes());
    ASSERT_TRUE(gate.transport.waitForCalls(3));
    EXPECT_THAT(gate.transport.requests()[2].body, HasSubstr(R"("action":"on_stop")"));
    EXPECT_THAT(gate.transport.requests()[2].body, HasSubstr(R"("clients":1,)"));
}

} // namespace
} // namespace hookcast::hooks
