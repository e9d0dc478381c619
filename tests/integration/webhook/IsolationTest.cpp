// A webhook's backend is nobody's concern but the webhook's.
#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/Ledger.h"
#include "support/MockBackend.h"
#include "support/Sessions.h"
#include "support/TestFrames.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

/// Publishers, players and hooks, while events go nowhere.
void expectBusinessAsUsual(const HookcastServer& server, MockBackend& hooks) {
    for (int i = 0; i < 50; ++i) {
        const std::string stream = fmt::format("show{}", i);
        const auto publisher = startPublisher(server.port(), stream);
        const auto player = startPlayer(server.port(), stream);
        publisher->send(avcKeyframe(0));
        EXPECT_EQ(player->expectMedia(1).size(), 1U);
    }
    hooks.waitForCall("on_close", 100);
    const Ledger ledger = settle(hooks.calls());
    EXPECT_THAT(ledger.mistakes, IsEmpty());
    EXPECT_EQ(ledger.refused, 0U);
    EXPECT_EQ(ledger.closed, 200U);
}

class WebhookIsolation : public testing::Test {
  protected:
    std::unique_ptr<HookcastServer> serverWith(const std::string& webhook) {
        return std::make_unique<HookcastServer>(webhook + defaultVhost(hooksTo(hooks_)));
    }

    MockBackend hooks_;
    MockBackend events_;
};

TEST_F(WebhookIsolation, ADeadBackendDisturbsNobody) {
    events_.stop();
    const auto server = serverWith(webhookTo(events_, "queue 20;"));
    expectBusinessAsUsual(*server, hooks_);
    server->stop();
    EXPECT_THAT(server->waitForLog("events are not taken (1 times)"), HasSubstr("http://127.0.0.1:"));
    EXPECT_THAT(server->waitForLog("events dropped"), HasSubstr(", 20 wait already"));
    server->waitForLog("20 events are left to the next start: ");
}

TEST_F(WebhookIsolation, ABackendThatHangsDisturbsNobody) {
    events_.addRule(R"({"reply":{"delay_ms":600000}})");
    const auto server = serverWith(webhookTo(events_));
    expectBusinessAsUsual(*server, hooks_);
    server->stop(); // which gives up long before the backend answers
    server->waitForLog("events are left to the next start: no answer yet");
}

/// The calls of both kinds go to one host, which has a limit of calls at one time.
TEST_F(WebhookIsolation, HooksOfTheSameHostDoNotWaitForEvents) {
    hooks_.addRule(R"({"match":{"path":"/event/"},"reply":{"delay_ms":600000}})");
    const auto server = serverWith(webhookTo(hooks_));
    const auto publisher = startPublisher(server->port(), "show");
    const auto player = startPlayer(server->port(), "show");
    publisher->send(avcKeyframe(0));
    player->expectMedia(1);
    server->stop();
}

TEST_F(WebhookIsolation, ABackendThatRestartsMissesNothing) {
    const auto server = serverWith(webhookTo(events_, "retry 0.2;"));
    startPublisher(server->port(), "first");
    events_.waitForEvents("stream:delete");
    const std::uint64_t before = events_.events().back().seq();
    events_.stop();
    for (int i = 0; i < 20; ++i) startPublisher(server->port(), fmt::format("while-it-is-away-{}", i));
    server->waitForLog("events are not taken");
    events_.restart();
    SentEvents events = events_.waitForEvents("stream:delete", 20);
    // Its last confirmation may have died with it: then that event comes again, by the same number.
    std::erase_if(events, [before](const SentEvent& event) { return event.seq() <= before; });
    EXPECT_EQ(named(events, "stream:create").size(), 20U);
    for (std::size_t i = 0; i < events.size(); ++i) EXPECT_EQ(events[i].seq(), before + i + 1);
    server->waitForLog("takes events again");
    server->stop();
}

} // namespace
} // namespace hookcast::integration
