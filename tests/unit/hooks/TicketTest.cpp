#include "hooks/Ticket.h"

#include "unit/support/HookGate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::hooks {
namespace {

using support::GateClient;
using support::HookGate;
using support::yes;
using Urls = std::vector<std::string>;

config::HooksConfig playHooks() {
    config::HooksConfig hooks;
    hooks.enabled = true;
    hooks.onPlay = {"http://a/play"};
    hooks.onStop = {"http://a/stop", "http://b/stop"};
    return hooks;
}

class TicketTest : public ::testing::Test {
  protected:
    TicketTest() {
        for (const char* url : {"http://a/play", "http://a/stop", "http://b/stop"})
            gate_.transport.answerAlways(url, yes());
        client_.ask(HookAction::Play);
        EXPECT_TRUE(client_.verdict.wait());
    }

    std::string closingBody() {
        EXPECT_TRUE(gate_.transport.waitForCalls(3));
        gate_.runner.settle();
        EXPECT_EQ(gate_.transport.urls(), (Urls{"http://a/play", "http://a/stop", "http://b/stop"}))
            << "each closing URL hears of the end, once";
        EXPECT_EQ(gate_.transport.requests()[1].body, gate_.transport.requests()[2].body);
        return gate_.transport.requests()[1].body;
    }

    HookGate gate_;
    GateClient client_{gate_, playHooks()};
};

TEST_F(TicketTest, ItsDeathTellsBytesDurationAndReason) {
    gate_.clock.advanceMs(12'345);
    client_.withTicket([](auto& ticket) {
        ticket->setTraffic(200, 100);
        ticket->setReason("kicked");
        ticket.reset();
    });
    EXPECT_THAT(closingBody(), ::testing::AllOf(::testing::HasSubstr(R"("action":"on_stop")"),
                                                ::testing::HasSubstr(R"("stream":"one")"),
                                                ::testing::HasSubstr(R"("send_bytes":200,"recv_bytes":100)"),
                                                ::testing::HasSubstr(R"("duration":12.345,"reason":"kicked")")));
}

TEST_F(TicketTest, TheFirstReasonStaysAndTheLastTraffic) {
    client_.withTicket([](auto& ticket) {
        ticket->setReason("");
        ticket->setReason("first");
        ticket->setReason("second");
        ticket->setTraffic(1, 1);
        ticket->setTraffic(2, 3);
        ticket.reset();
    });
    EXPECT_THAT(closingBody(), ::testing::HasSubstr(R"("send_bytes":2,"recv_bytes":3,"duration":0,"reason":"first")"));
}

TEST_F(TicketTest, WithoutAReasonItWasClosed) {
    client_.leave();
    EXPECT_THAT(closingBody(), ::testing::HasSubstr(R"("send_bytes":0,"recv_bytes":0,"duration":0,"reason":"closed")"));
}

TEST_F(TicketTest, MovedItIsStillOne) {
    client_.withTicket([](auto& ticket) {
        Ticket second(std::move(*ticket));
        ticket.reset();
        Ticket third(std::move(second));
        std::vector<Ticket> many;
        many.push_back(std::move(third));
        many.reserve(100);
        many.front().setReason("moved a lot");
    });
    EXPECT_THAT(closingBody(), ::testing::HasSubstr("moved a lot"));
}

TEST_F(TicketTest, AssignedToItselfItLives) {
    client_.withTicket([](auto& ticket) {
        Ticket& same = *ticket;
        *ticket = std::move(same);
        EXPECT_EQ(ticket->event().stream().name, "one");
    });
    gate_.runner.settle();
    EXPECT_EQ(gate_.transport.urls(), Urls{"http://a/play"});
    client_.leave();
    closingBody();
}

TEST_F(TicketTest, ReplacedItIsClosedAndTheNewOneIsNot) {
    GateClient other(gate_, playHooks(), 8);
    other.ask(HookAction::Play);
    ASSERT_TRUE(other.verdict.wait());
    client_.withTicket([&](auto& ticket) {
        other.withTicketOnLoop([&](auto& next) { *ticket = std::move(*next); });
        EXPECT_EQ(ticket->event().client->number(), 8U);
    });
    ASSERT_TRUE(gate_.transport.waitForCalls(4));
    gate_.runner.settle();
    EXPECT_EQ(gate_.transport.urls(), (Urls{"http://a/play", "http://a/play", "http://a/stop", "http://b/stop"}));
    EXPECT_THAT(gate_.transport.requests()[2].body, ::testing::HasSubstr(R"("client_id":7)"));
}

TEST_F(TicketTest, TheClosingOutlivesTheSession) {
    const std::weak_ptr<HookLane> lane = client_.lane();
    client_.leave();
    closingBody();
    gate_.runner.settle();
    EXPECT_TRUE(lane.expired()) << "and then nothing of the session is left";
}

TEST(TicketWithoutClosingUrls, DiesQuietly) {
    HookGate gate;
    config::HooksConfig hooks = playHooks();
    hooks.onStop.clear();
    GateClient client(gate, hooks);
    gate.transport.answerAlways("http://a/play", yes());
    client.ask(HookAction::Play);
    ASSERT_TRUE(client.verdict.wait());
    client.leave();
    gate.runner.settle();
    EXPECT_EQ(gate.transport.urls(), Urls{"http://a/play"});
    EXPECT_EQ(gate.admission.openJobs(), 0U);
}

} // namespace
} // namespace hookcast::hooks
