// What a backend is told when processes are killed: the server's, its own, and both again.
#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/Sessions.h"
#include "support/TempFolder.h"
#include "support/TestFrames.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::ElementsAre;

class Killed : public testing::Test {
  protected:
    std::string config() const {
        return fmt::format("spool {{ path {}; retry 1; }}\nlimits {{ hook_drain 1000; connection_rate 100000; }}\n{}",
                           spool_.path().string(), defaultVhost(hooksTo(backend_)));
    }

    void begin() { server_ = std::make_unique<HookcastServer>(config()); }

    void kill() {
        server_->signal(SIGKILL);
        server_.reset();
    }

    /// What the backend has heard of each connection, by server and number: each event once, however often it came.
    std::map<std::string, std::vector<std::string>> stories() {
        std::map<std::string, std::vector<std::string>> stories;
        for (const HookCall& call : backend_.calls()) {
            std::vector<std::string>& story = stories[fmt::format("{}", call.number("client_id"))];
            if (std::ranges::find(story, call.action()) == story.end()) story.push_back(call.action());
        }
        return stories;
    }

    /// That what has come again has come with the id that it had.
    void expectEqualIds() {
        std::map<std::string, std::string> ids;
        for (const HookCall& call : backend_.calls()) {
            const std::string id = call.headers.at("webhook-id");
            EXPECT_EQ(call.text("event_id"), id);
            const std::string event = fmt::format("{} of {}", call.action(), call.number("client_id"));
            EXPECT_EQ(ids.emplace(event, id).first->second, id) << event;
        }
    }

    void waitForCalls(const std::string& action, std::size_t count) {
        backend_.waitFor(action, [&](const HookCalls& calls) { return withAction(calls, action).size() >= count; });
    }

    TempFolder spool_;
    MockBackend backend_;
    std::unique_ptr<HookcastServer> server_;
};

TEST_F(Killed, TheNextServerTellsWhatTheLastOneHadOpen) {
    begin();
    const auto publisher = startPublisher(server_->port(), "show");
    publisher->send(avcKeyframe(0));
    const auto player = startPlayer(server_->port(), "show");
    player->expectMedia(1);
    kill();
    begin();
    waitForCalls("on_close", 2);
    const HookCall unpublish = backend_.waitForCall("on_unpublish");
    EXPECT_EQ(unpublish.text("reason"), "server_restart");
    EXPECT_EQ(unpublish.text("stream"), "show");
    server_->stop();
    for (const auto& [client, story] : stories()) {
        ASSERT_EQ(story.size(), 4U) << client;
        EXPECT_EQ(story[0], "on_connect");
        EXPECT_EQ(story[3], "on_close");
        EXPECT_TRUE(story[1] == "on_publish" ? story[2] == "on_unpublish" : story[2] == "on_stop") << client;
    }
    // And a third one tells nothing again.
    const std::size_t told = backend_.calls().size();
    begin();
    server_->stop();
    EXPECT_EQ(backend_.calls().size(), told);
}

TEST_F(Killed, ABackendThatIsAwayForTwoLivesMissesNothingOfAThousandSessions) {
    constexpr std::size_t kSessions = 1000;
    begin();
    {
        std::vector<std::unique_ptr<RtmpClient>> players;
        for (std::size_t i = 0; i < kSessions; ++i) players.push_back(startPlayer(server_->port(), "show"));
        backend_.kill();
        // Half of them leave, the others are there when the server is killed.
        players.resize(kSessions / 2);
        server_->closedLines("", kSessions / 2);
    }
    kill();
    begin();
    server_->waitForLog("verdict=later");
    kill();
    backend_.restart();
    begin();
    waitForCalls("on_close", kSessions);
    server_->stop();
    std::size_t whole = 0;
    for (const auto& [client, story] : stories()) {
        EXPECT_THAT(story, ElementsAre("on_connect", "on_play", "on_stop", "on_close")) << client;
        ++whole;
    }
    EXPECT_EQ(whole, kSessions);
    expectEqualIds();
}

TEST_F(Killed, ABackendInMaintenanceIsToldLaterAndInOrder) {
    begin();
    {
        const auto player = startPlayer(server_->port(), "show");
        backend_.addRule(R"({"match":{"action":"on_stop"},"reply":{"status":503},"times":3})");
    }
    waitForCalls("on_close", 1);
    EXPECT_THAT(actionsOf(backend_.calls()),
                ElementsAre("on_connect", "on_play", "on_stop", "on_stop", "on_stop", "on_stop", "on_close"));
    server_->stop();
}

TEST_F(Killed, ADoneThatFailsIsToldAgain) {
    backend_.addRule(R"({"match":{"path":"/notify/done"},"reply":{"status":503},"times":2})");
    const HookcastServer server(
        fmt::format("spool {{ path {}; retry 1; }}\n{}", spool_.path().string(), defaultVhost(notifyTo(backend_))));
    startPlayer(server.port(), "show").reset();
    backend_.waitForCall("notify done", 3);
    const HookCalls told = withAction(backend_.calls(), "notify done");
    EXPECT_EQ(told.front().headers.at("webhook-id"), told.back().headers.at("webhook-id"));
}

TEST_F(Killed, ARefusalOfWhatIsToldIsFinal) {
    begin();
    backend_.addRule(R"({"match":{"action":"on_stop"},"reply":{"status":404}})");
    startPlayer(server_->port(), "show").reset();
    waitForCalls("on_close", 1);
    server_->stop();
    EXPECT_EQ(withAction(backend_.calls(), "on_stop").size(), 1U);
}

} // namespace
} // namespace hookcast::integration
