// The server ends, by SIGTERM under load or by SIGKILL at any moment: what has been opened is closed once, by this
// server or by the next one with its spool.
#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/Sessions.h"
#include "support/TempFolder.h"
#include "support/TestFrames.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <chrono>
#include <csignal>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace hookcast::integration {
namespace {

class Ending : public testing::Test {
  protected:
    void begin(std::string_view more = "") {
        server_ = std::make_unique<HookcastServer>(fmt::format(
            "spool {{ path {}; retry 1; }}\nlimits {{ connection_rate 100000; {} }}\n{}", spool_.path().string(), more,
            defaultVhost("publish { firstpkt_timeout 600000; normal_timeout 600000; }\n" +
                         hooksTo(backend_, "timeout 60;"))));
    }

    void kill() {
        server_->signal(SIGKILL);
        server_.reset();
    }

    /// Sends connect, and publish or play, and does not wait for a verdict.
    std::unique_ptr<RtmpClient> ask(const char* command, const std::string& stream) {
        auto client = connectClient(server_->port());
        client->createStream();
        client->sendCommand(command, client->nextTransaction(), {rtmp::Amf::null(), rtmp::Amf::string(stream)}, 1);
        return client;
    }

    /// How often each event has been told to each client's books, one that has come again counting once, and whether it
    /// was answered by yes.
    std::map<std::string, std::map<std::string, std::set<std::string>>> books() {
        std::map<std::string, std::map<std::string, std::set<std::string>>> books;
        for (const HookCall& call : backend_.calls())
            if (call.admits())
                books[fmt::format("{}", call.number("client_id"))][call.action()].insert(call.text("event_id"));
        return books;
    }

    /// What was opened is closed, once; nothing is closed that was not.
    static bool isBalanced(const std::map<std::string, std::set<std::string>>& story) {
        static const std::map<std::string, std::string> kClosings = {
            {"on_connect", "on_close"}, {"on_publish", "on_unpublish"}, {"on_play", "on_stop"}};
        const auto times = [&story](const std::string& action) {
            const auto found = story.find(action);
            return found == story.end() ? 0 : found->second.size();
        };
        for (const auto& [opening, closing] : kClosings)
            if (times(opening) != times(closing)) return false;
        return true;
    }

    void waitForBalance() {
        backend_.waitFor("every opening to be closed", [this](const HookCalls&) {
            for (const auto& [client, story] : books())
                if (!isBalanced(story)) return false;
            return true;
        });
    }

    TempFolder spool_;
    MockBackend backend_;
    std::unique_ptr<HookcastServer> server_;
};

constexpr std::size_t kPlayers = 300;
constexpr std::size_t kPublishers = 50;

class EndingUnderLoad : public Ending {
  protected:
    void fill() {
        for (std::size_t i = 0; i < kPublishers; ++i) {
            publishers_.push_back(startPublisher(server_->port(), fmt::format("show-{}", i)));
            publishers_.back()->send(avcKeyframe(0));
        }
        for (std::size_t i = 0; i < kPlayers; ++i)
            players_.push_back(startPlayer(server_->port(), fmt::format("show-{}", i % kPublishers)));
    }

    /// SIGTERM, and how long it took until the process was gone.
    void stop() {
        const auto begin = std::chrono::steady_clock::now();
        server_->stop();
        const auto took =
            std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
        RecordProperty("end_took_ms", static_cast<int>(took.count()));
    }

    std::vector<std::unique_ptr<RtmpClient>> publishers_;
    std::vector<std::unique_ptr<RtmpClient>> players_;
};

TEST_F(EndingUnderLoad, BySigtermTellsAllClosingsBeforeItIsGone) {
    begin();
    fill();
    stop();
    EXPECT_EQ(withAction(backend_.calls(), "on_close").size(), kPlayers + kPublishers);
    for (const auto& [client, story] : books()) EXPECT_TRUE(isBalanced(story)) << client;
}

TEST_F(EndingUnderLoad, WithABackendThatHangsLeavesTheClosingsToTheNextServer) {
    begin("hook_drain 1000;");
    fill();
    backend_.addRule(R"({"match":{"action":"on_unpublish"},"reply":{"delay_ms":600000}})");
    backend_.addRule(R"({"match":{"action":"on_stop"},"reply":{"delay_ms":600000}})");
    stop();
    EXPECT_EQ(withAction(backend_.calls(), "on_close").size(), 0U);
    backend_.removeRules();
    server_.reset();
    begin();
    backend_.waitForCall("on_close", kPlayers + kPublishers);
    waitForBalance();
    server_->stop();
}

class KilledInPhase : public Ending, public testing::WithParamInterface<int> {
  protected:
    static constexpr std::size_t kClients = 20;

    void delay(const char* action) {
        backend_.addRule(fmt::format(R"({{"match":{{"action":"{}"}},"reply":{{"delay_ms":600000}}}})", action));
    }

    void waitForCalls(const std::string& action) {
        backend_.waitFor(action, [&](const HookCalls& calls) { return withAction(calls, action).size() >= kClients; });
    }

    void publishAll() {
        for (std::size_t i = 0; i < kClients; ++i)
            clients_.push_back(startPublisher(server_->port(), fmt::format("show-{}", i)));
    }

    void askAll(const char* command) {
        for (std::size_t i = 0; i < kClients; ++i) clients_.push_back(ask(command, fmt::format("show-{}", i)));
    }

    void connectAll() {
        for (std::size_t i = 0; i < kClients; ++i) {
            clients_.push_back(std::make_unique<RtmpClient>(server_->port()));
            clients_.back()->shakeHands();
            const std::string tcUrl = requestFor(server_->port(), "live").tcUrl;
            clients_.back()->sendCommand(
                "connect", 1,
                {rtmp::Amf::object({{"app", rtmp::Amf::string("live")}, {"tcUrl", rtmp::Amf::string(tcUrl)}})});
        }
    }

    std::vector<std::unique_ptr<RtmpClient>> clients_;
};

constexpr const char* kPhases[] = {"AskedToConnect", "Connected", "AskedToPublish", "AskedToPlay", "Publishing",
                                   "Unpublishing",   "Closing",   "Ending",         "Starting"};

TEST_P(KilledInPhase, WhatTheBackendHasAdmittedIsClosedOnce) {
    const std::string phase = kPhases[GetParam()];
    begin();
    if (phase == "AskedToConnect") {
        delay("on_connect");
        connectAll();
        waitForCalls("on_connect");
    } else if (phase == "Connected") {
        for (std::size_t i = 0; i < kClients; ++i) clients_.push_back(connectClient(server_->port()));
    } else if (phase == "AskedToPublish" || phase == "AskedToPlay") {
        const bool publishes = phase == "AskedToPublish";
        delay(publishes ? "on_publish" : "on_play");
        askAll(publishes ? "publish" : "play");
        waitForCalls(publishes ? "on_publish" : "on_play");
    } else {
        publishAll();
    }
    if (phase == "Unpublishing" || phase == "Closing") {
        const char* const action = phase == "Closing" ? "on_close" : "on_unpublish";
        delay(action);
        for (const auto& client : clients_) client->tcp().reset();
        waitForCalls(action);
    } else if (phase == "Ending") {
        delay("on_unpublish");
        server_->signal(SIGTERM);
        waitForCalls("on_unpublish");
    }
    kill();
    backend_.removeRules();
    if (phase == "Starting") {
        // The next one is killed while it begins to tell what it finds.
        delay("on_unpublish");
        begin();
        backend_.waitForCall("on_unpublish");
        kill();
        backend_.removeRules();
    }
    begin();
    waitForBalance();
    server_->stop();
    waitForBalance();
    // The mock says yes to calls whose answer nobody has heard any more: those are closed, too.
    EXPECT_EQ(books().size(), kClients);
}

INSTANTIATE_TEST_SUITE_P(Phases, KilledInPhase, testing::Range(0, static_cast<int>(std::size(kPhases))),
                         [](const auto& info) { return std::string(kPhases[info.param]); });

} // namespace
} // namespace hookcast::integration
