#include "hooks/Updates.h"

#include "unit/support/HookGate.h"
#include "unit/support/TempDir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace hookcast::hooks {
namespace {

using support::GateClient;
using support::HookGate;
using support::no;
using support::yes;
using testing::HasSubstr;
using Urls = std::vector<std::string>;

constexpr const char* kUpdate = "http://a/update";
constexpr const char* kNotify = "http://b/notify";

config::HooksConfig hooks(const Urls& updates = {kUpdate}) {
    config::HooksConfig hooks;
    hooks.enabled = true;
    hooks.onStop = {"http://a/stop"};
    hooks.onUpdate = updates;
    hooks.updateIntervalMs = 10'000;
    return hooks;
}

std::vector<config::NotifyConfig> notifies() {
    config::NotifyConfig notify;
    notify.enabled = true;
    notify.onUpdate = {kNotify};
    notify.updateIntervalMs = 25'000;
    return {notify};
}

class UpdatesTest : public ::testing::Test {
  protected:
    void begin(const config::HooksConfig& its, const std::vector<config::NotifyConfig>& more = {}) {
        client_ = std::make_unique<GateClient>(gate_, its, more);
        client_->ask(HookAction::Play);
        ASSERT_TRUE(client_->verdict.wait());
        client_->withTicket([this](auto& ticket) {
            updates_ = Updates::of(client_->lane().lock(), ticket->event(), [this] { return traffic_; });
        });
    }

    void end() {
        gate_.runner.run([this] { updates_.reset(); });
    }

    void TearDown() override {
        end();
        client_.reset();
        gate_.runner.settle();
    }

    void answerAll() {
        for (const char* url : {kUpdate, kNotify, "http://a/stop"}) gate_.transport.answerAlways(url, yes());
    }

    std::string body(std::size_t call) const { return gate_.transport.requests().at(call).body; }

    HookGate gate_;
    std::unique_ptr<GateClient> client_;
    std::unique_ptr<Updates> updates_;
    net::SessionPort::Traffic traffic_{0, 0};
};

TEST_F(UpdatesTest, TellWhatThereIsSoFarEachInterval) {
    answerAll();
    begin(hooks());
    gate_.pass(9'999);
    EXPECT_EQ(gate_.transport.urls(), Urls{});
    gate_.runner.run([this] { traffic_ = {200, 100}; });
    gate_.pass(1);
    gate_.runner.run([this] { traffic_ = {500, 130}; });
    gate_.pass(10'000);
    ASSERT_EQ(gate_.transport.urls(), (Urls{kUpdate, kUpdate}));
    EXPECT_THAT(body(0), HasSubstr(R"("for":"play","send_bytes":200,"recv_bytes":100,"duration":10,)"));
    EXPECT_THAT(body(1), HasSubstr(R"("for":"play","send_bytes":500,"recv_bytes":130,"duration":20,)"));
    const auto requests = gate_.transport.requests();
    EXPECT_NE(requests[0].id, requests[1].id);
    EXPECT_EQ(requests[0].kind, CallKind::Tells);
}

TEST_F(UpdatesTest, AreNothingWhereNobodyWantsThem) {
    begin(hooks({}));
    EXPECT_EQ(updates_, nullptr);
}

TEST_F(UpdatesTest, AreNothingWhereTheBlockIsOff) {
    config::HooksConfig off = hooks();
    off.enabled = false;
    begin(off);
    EXPECT_EQ(updates_, nullptr);
}

TEST_F(UpdatesTest, EachBlockHasItsOwnInterval) {
    answerAll();
    begin(hooks(), notifies());
    gate_.pass(10'000);
    gate_.pass(10'000);
    gate_.pass(5'000);
    EXPECT_EQ(gate_.transport.urls(), (Urls{kUpdate, kUpdate, kNotify}));
    EXPECT_THAT(body(2), HasSubstr("call=update&"));
    EXPECT_THAT(body(2), HasSubstr("&for=play&time=25&"));
}

TEST_F(UpdatesTest, OneIsLeftOutWhileTheOneBeforeIsOut) {
    begin(hooks());
    gate_.pass(10'000);
    gate_.pass(10'000);
    gate_.pass(10'000);
    EXPECT_EQ(gate_.transport.urls(), Urls{kUpdate});
    gate_.answer(0, yes());
    gate_.pass(10'000);
    EXPECT_EQ(gate_.transport.urls(), (Urls{kUpdate, kUpdate}));
    EXPECT_THAT(body(1), HasSubstr(R"("duration":40,)"));
    gate_.answer(1, yes());
}

TEST_F(UpdatesTest, WhatFailsIsNotToldAgainAndHoldsUpNothing) {
    begin(hooks({kUpdate, kNotify}));
    gate_.pass(10'000);
    gate_.answer(0, support::failed(HookResponse::Outcome::ConnectFailed));
    gate_.answer(1, no());
    gate_.pass(9'999);
    EXPECT_EQ(gate_.transport.urls(), (Urls{kUpdate, kNotify}));
    EXPECT_EQ(gate_.admission.counters().closingsLost, 0U);
    EXPECT_TRUE(client_->admitted()) << "whatever the backend says";
    EXPECT_EQ(gate_.admission.openJobs(), 0U);
}

TEST_F(UpdatesTest, AFailureIsLoggedOnceUntilTheBackendIsWell) {
    const support::TempDir folder;
    const auto failure = support::failed(HookResponse::Outcome::ConnectFailed);
    {
        HookGate gate(folder.file("log"));
        gate.transport.answerAlways("http://a/stop", yes());
        GateClient client(gate, hooks());
        client.ask(HookAction::Play);
        ASSERT_TRUE(client.verdict.wait());
        std::unique_ptr<Updates> updates = client.withTicket([&client](auto& ticket) {
            return Updates::of(client.lane().lock(), ticket->event(), [] { return net::SessionPort::Traffic{}; });
        });
        std::size_t call = 0;
        for (const HookResponse& response : {failure, failure, failure, yes(), failure}) {
            gate.pass(10'000);
            gate.answer(call++, response);
        }
        gate.runner.run([&updates] { updates.reset(); });
        EXPECT_EQ(gate.admission.statistics().figures().front().failures, 4U);
    }
    const std::string log = support::contentOf(folder.file("log"));
    std::size_t lines = 0;
    for (std::size_t at = log.find("verdict=failed"); at != std::string::npos; at = log.find("verdict=failed", at + 1))
        ++lines;
    EXPECT_EQ(lines, 2U) << log;
}

TEST_F(UpdatesTest, EndWithTheirOwnerAndComeBeforeTheEnd) {
    begin(hooks());
    gate_.pass(10'000);
    end();
    client_->leave();
    gate_.runner.settle();
    EXPECT_EQ(gate_.transport.urls(), Urls{kUpdate}) << "the end waits for the update that is out";
    gate_.answer(0, yes());
    EXPECT_EQ(gate_.transport.urls(), (Urls{kUpdate, "http://a/stop"}));
    gate_.answer(1, yes());
    gate_.pass(60'000);
    EXPECT_EQ(gate_.transport.urls().size(), 2U);
}

TEST_F(UpdatesTest, ACallThatCannotBeMadeIsLeftOut) {
    begin(hooks());
    gate_.transport.refuseCalls(true);
    gate_.pass(10'000);
    gate_.transport.refuseCalls(false);
    answerAll();
    gate_.pass(10'000);
    EXPECT_EQ(gate_.transport.urls(), Urls{kUpdate});
}

} // namespace
} // namespace hookcast::hooks
