#include "hooks/HookLane.h"

#include "unit/support/HookGate.h"
#include "unit/support/TempDir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <string>
#include <thread>
#include <vector>

namespace hookcast::hooks {
namespace {

using support::answered;
using support::failed;
using support::GateClient;
using support::HookGate;
using support::no;
using support::yes;
using Urls = std::vector<std::string>;

config::HooksConfig allHooks(const std::string& host) {
    const std::string base = "http://" + host + "/";
    config::HooksConfig hooks;
    hooks.enabled = true;
    hooks.onConnect = {base + "connect"};
    hooks.onClose = {base + "close"};
    hooks.onPublish = {base + "publish"};
    hooks.onUnpublish = {base + "unpublish"};
    hooks.onPlay = {base + "play"};
    hooks.onStop = {base + "stop"};
    return hooks;
}

class HookLaneTest : public ::testing::Test {
  protected:
    void answer(std::size_t call, const HookResponse& response) { gate_.answer(call, response); }

    HookGate gate_;
};

TEST_F(HookLaneTest, TheEventsOfOneSessionLeaveInOrder) {
    GateClient client(gate_, allHooks("a"));
    client.ask(HookAction::Connect);
    answer(0, yes());
    std::optional<Ticket> connection;
    client.withTicket([&](auto& ticket) {
        connection.emplace(std::move(*ticket));
        ticket.reset();
    });
    client.ask(HookAction::Publish);
    answer(1, yes());
    // As a session ends: the publication first, then the connection.
    client.withTicket([&](auto& ticket) {
        ticket.reset();
        connection.reset();
    });
    ASSERT_TRUE(gate_.transport.waitForCalls(3));
    gate_.runner.settle();
    EXPECT_EQ(gate_.transport.urls(), (Urls{"http://a/connect", "http://a/publish", "http://a/unpublish"}))
        << "on_close waits until on_unpublish is answered";
    answer(2, yes());
    EXPECT_EQ(gate_.transport.urls().back(), "http://a/close");
    answer(3, yes());
    EXPECT_EQ(gate_.admission.openJobs(), 0U);
}

TEST_F(HookLaneTest, AClosingThatIsTriedAgainHoldsBackTheNext) {
    GateClient client(gate_, allHooks("a"));
    client.ask(HookAction::Play);
    answer(0, yes());
    client.withTicket([](auto& ticket) { ticket.reset(); });
    answer(1, failed(HookResponse::Outcome::ConnectFailed));
    client.ask(HookAction::Publish);
    gate_.runner.settle();
    EXPECT_EQ(gate_.transport.urls().size(), 2U);
    gate_.pass(250);
    answer(2, yes());
    EXPECT_EQ(gate_.transport.urls(), (Urls{"http://a/play", "http://a/stop", "http://a/stop", "http://a/publish"}));
    answer(3, no());
}

TEST_F(HookLaneTest, SessionsDoNotWaitForEachOther) {
    GateClient slow(gate_, allHooks("slow"), 1);
    GateClient fast(gate_, allHooks("fast"), 2);
    slow.ask(HookAction::Publish);
    fast.ask(HookAction::Publish);
    ASSERT_TRUE(gate_.transport.waitForCalls(2));
    answer(1, yes());
    ASSERT_TRUE(fast.verdict.wait());
    fast.leave();
    answer(2, yes());
    EXPECT_EQ(gate_.transport.urls(), (Urls{"http://slow/publish", "http://fast/publish", "http://fast/unpublish"}));
    EXPECT_EQ(slow.verdict.times(), 0U);
    answer(0, no());
    EXPECT_TRUE(slow.verdict.wait());
}

TEST_F(HookLaneTest, ThousandEndsGiveAThousandClosings) {
    constexpr std::uint64_t kSessions = 1000;
    for (const char* url : {"http://a/play", "http://a/stop"}) gate_.transport.answerAlways(url, yes());
    std::vector<std::unique_ptr<GateClient>> clients;
    for (std::uint64_t i = 1; i <= kSessions; ++i) {
        clients.push_back(std::make_unique<GateClient>(gate_, allHooks("a"), i));
        clients.back()->ask(HookAction::Play);
        if (i % 3 == 0) clients.back()->cancel();
    }
    clients.clear();
    ASSERT_TRUE(gate_.admission.drain(support::kPatienceMs));
    const Urls urls = gate_.transport.urls();
    const auto openings = std::count(urls.begin(), urls.end(), "http://a/play");
    const auto closings = std::count(urls.begin(), urls.end(), "http://a/stop");
    EXPECT_EQ(openings, closings);
    EXPECT_GE(openings, 600);
}

/// A session that moves to another vhost has two lanes, one after the other.
TEST_F(HookLaneTest, ALaneThatFollowsAnotherWaitsForAllOfIt) {
    GateClient first(gate_, allHooks("a"));
    GateClient second(gate_, allHooks("b"));
    first.ask(HookAction::Play);
    answer(0, yes());
    gate_.runner.run([&] {
        first.withTicketOnLoop([](auto& ticket) { ticket.reset(); });
        second.lane().lock()->follow(*first.lane().lock());
        second.askOnLoop(HookAction::Connect);
    });
    gate_.runner.settle();
    EXPECT_EQ(gate_.transport.urls(), (Urls{"http://a/play", "http://a/stop"}));
    answer(1, yes());
    ASSERT_TRUE(gate_.transport.waitForCalls(3));
    EXPECT_EQ(gate_.transport.urls().back(), "http://b/connect");
    answer(2, no());
    EXPECT_TRUE(second.verdict.wait());
}

TEST_F(HookLaneTest, ALaneThatFollowsAnIdleOneDoesNotWait) {
    GateClient first(gate_, allHooks("a"));
    GateClient second(gate_, allHooks("b"));
    gate_.runner.run([&] { second.lane().lock()->follow(*first.lane().lock()); });
    second.ask(HookAction::Connect);
    answer(0, no());
    EXPECT_TRUE(second.verdict.wait());
}

TEST_F(HookLaneTest, DrainWaitsForTheLastClosing) {
    GateClient client(gate_, allHooks("a"));
    gate_.transport.answerAlways("http://a/play", yes());
    client.ask(HookAction::Play);
    ASSERT_TRUE(client.verdict.wait());
    EXPECT_TRUE(gate_.admission.drain(0)) << "an open ticket is no open job";
    client.leave();
    EXPECT_FALSE(gate_.admission.drain(1));
    EXPECT_EQ(gate_.admission.openJobs(), 1U);
    auto drained = std::async(std::launch::async, [&] { return gate_.admission.drain(support::kPatienceMs); });
    ASSERT_TRUE(gate_.transport.waitForCalls(2));
    gate_.transport.answer(1, yes());
    EXPECT_TRUE(drained.get());
}

TEST_F(HookLaneTest, ABackendMayAnswerOnItsOwnThread) {
    GateClient client(gate_, allHooks("a"));
    client.ask(HookAction::Publish);
    ASSERT_TRUE(gate_.transport.waitForCalls(1));
    std::thread backend([&] { gate_.transport.answer(0, yes()); });
    backend.join();
    ASSERT_TRUE(client.verdict.wait());
    EXPECT_TRUE(client.admitted());
    gate_.transport.answerAlways("http://a/unpublish", yes());
}

TEST_F(HookLaneTest, AnAnswerThatNeverComesLeaksNothing) {
    GateClient client(gate_, allHooks("a"));
    client.ask(HookAction::Publish);
    ASSERT_TRUE(gate_.transport.waitForCalls(1));
    const std::weak_ptr<HookLane> lane = client.lane();
    client.leave();
    EXPECT_FALSE(lane.expired()) << "it waits for the answer";
    gate_.transport.take(0);
    EXPECT_TRUE(lane.expired());
}

TEST(HookLaneLog, EachCallIsOneLineWithoutSecrets) {
    const support::TempDir dir;
    const std::string file = dir.file("hooks.log");
    {
        HookGate gate(file);
        config::HooksConfig hooks;
        hooks.enabled = true;
        hooks.onPlay = {"http://user:pass@a/play?token=secret", "http://b/play"};
        hooks.onStop = {"http://a/stop"};
        hooks.clientIdForm = config::ClientIdForm::String; // a number would be advised about
        GateClient client(gate, hooks);
        client.ask(HookAction::Play);
        const auto answer = [&](std::size_t call, HookResponse response) {
            ASSERT_TRUE(gate.transport.waitForCalls(call + 1));
            response.elapsedMs = static_cast<std::int64_t>(call) + 5;
            gate.transport.answer(call, response);
            gate.runner.settle();
        };
        answer(0, failed(HookResponse::Outcome::ConnectFailed, "no route"));
        answer(1, yes());
        answer(2, answered(500, "0"));
        answer(3, failed(HookResponse::Outcome::TimedOut, "too slow"));
    }
    std::vector<std::string> lines;
    for (const std::string& line : support::linesOf(file)) lines.push_back(line.substr(line.find(']') + 1));
    EXPECT_EQ(lines, (Urls{
                         "[warn][rtmp-7] hook on_play stream=__defaultVhost__/live/one url=http://a/play status=0 "
                         "verdict=retry reason=\"no connection: no route\" ms=5",
                         "[trace][rtmp-7] hook on_play stream=__defaultVhost__/live/one url=http://a/play status=200 "
                         "verdict=admitted reason=- ms=6",
                         "[warn][rtmp-7] refused: event=on_play stream=__defaultVhost__/live/one ip=192.0.2.1 number=7 "
                         "id=abcd1234 by=http://b/play cause=http_status reason=\"HTTP status 500\" ms=7",
                         "[warn][rtmp-7] hook on_stop stream=__defaultVhost__/live/one url=http://a/stop status=0 "
                         "verdict=failed reason=\"timed out: too slow\" ms=8",
                     }));
}

} // namespace
} // namespace hookcast::hooks
