// Webhooks whose events wait in a real Redis: each node is a process, and so is the backend, which wants the numbers of
// each node to rise.
#include "support/Configs.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/RedisProcess.h"
#include "support/Sessions.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace hookcast::integration {
namespace {

using testing::HasSubstr;
using testing::Not;
using Node = std::unique_ptr<HookcastServer>;

constexpr const char* kTells = "this node posts the events of all";
constexpr const char* kEvents = "events service:up service:down stream:create stream:delete;";
constexpr const char* kRefuse = R"({"match":{"path":"/event/"},"reply":{"status":500}})";

/// Each creates a stream, whose name is its own, and deletes it.
void publishTimes(const Node& node, int count, const std::string& name) {
    const auto client = connectClient(node->port());
    client->createStream();
    for (int i = 0; i < count; ++i) {
        ASSERT_EQ(client->publish(fmt::format("{}{}", name, i)).level, "status");
        client->sendCommand("closeStream", 0, {rtmp::Amf::null()}, 1);
    }
    client->sync();
}

/// Of the stream; empty for an event of the server.
std::string streamOf(const SentEvent& event) {
    const auto uid = event.data()->optValue<std::string>("uid", "");
    return uid.substr(uid.rfind('/') + 1);
}

/// Of `count` streams, each was created before it was deleted, and once.
void expectStreams(const SentEvents& events, const std::string& name, int count) {
    for (int i = 0; i < count; ++i) {
        std::vector<std::string> life;
        for (const SentEvent& event : events)
            if (streamOf(event) == fmt::format("{}{}", name, i)) life.push_back(event.name());
        EXPECT_THAT(life, testing::ElementsAre("stream:create", "stream:delete")) << name << i;
    }
}

void expectNumbersRise(const SentEvents& events) {
    std::map<int, std::uint64_t> last;
    for (const SentEvent& event : events) {
        std::uint64_t& before = last[event.event->getValue<int>("pid")];
        EXPECT_GT(event.seq(), before) << event.name();
        before = event.seq();
    }
}

class SharedWebhook : public testing::Test {
  protected:
    explicit SharedWebhook(std::vector<std::string> redisOptions = {}) : redis_(std::move(redisOptions)) {}

    std::string configOf(const std::string& node, std::string_view webhook = "") const {
        return fmt::format("cluster_redis {{ enabled on; url {}; node {}; lease 1; }}\n{}{}", redis_.url(), node,
                           webhookTo(backend_, fmt::format("via redis; retry 0.2; {} {}", kEvents, webhook)),
                           defaultVhost());
    }

    Node startNode(const std::string& name, std::string_view webhook = "") const {
        return std::make_unique<HookcastServer>(configOf(name, webhook));
    }

    /// The stream's key. There is one once a node has come up.
    std::string streamKey() const {
        std::istringstream keys(redis_.command({"KEYS", "{hookcast}:events:*"}));
        for (std::string key; std::getline(keys, key);)
            if (std::ranges::count(key, ':') == 2) return key;
        throw std::runtime_error("no stream in Redis");
    }

    /// Waits until so many events are in Redis.
    void waitForWaiting(int count) const {
        const Deadline deadline;
        while (redis_.command({"XLEN", streamKey()}) != fmt::format("{}\n", count)) {
            ASSERT_FALSE(deadline.passed()) << redis_.command({"XLEN", streamKey()});
            std::this_thread::yield();
        }
    }

    /// Waits until the deletion of this stream is there.
    void waitForDeletionOf(const std::string& stream) const {
        const auto isIt = [&stream](const std::string& line) {
            return line.find("stream:delete") != std::string::npos &&
                   line.find("/" + stream + "\"") != std::string::npos;
        };
        for (const Deadline deadline; !deadline.passed(); std::this_thread::yield()) {
            std::istringstream entries(redis_.command({"XRANGE", streamKey(), "-", "+"}));
            for (std::string line; std::getline(entries, line);)
                if (isIt(line)) return;
        }
        FAIL() << stream;
    }

    MockBackend backend_;
    RedisProcess redis_;
};

TEST_F(SharedWebhook, OneNodeTellsWhatAllHaveSeen) {
    const Node a = startNode("a");
    const Node b = startNode("b");
    const Node c = startNode("c");
    for (const auto& [node, name] : {std::pair(&a, "a"), std::pair(&b, "b"), std::pair(&c, "c")})
        publishTimes(*node, 20, name);
    const SentEvents events = backend_.waitForEvents("stream:delete", 60);
    for (const char* name : {"a", "b", "c"}) expectStreams(events, name, 20);
    expectNumbersRise(events);
    EXPECT_EQ(a->log().count(kTells) + b->log().count(kTells) + c->log().count(kTells), 1U);
}

TEST_F(SharedWebhook, AKilledNodesEventsAreToldByAnother) {
    backend_.addRule(R"({"match":{"path":"/event/"},"reply":{"delay_ms":600000},"times":1})");
    const Node a = startNode("a");
    a->waitForLog(kTells);
    backend_.waitFor("the call that hangs", [](const HookCalls& calls) { return !calls.empty(); });
    const Node b = startNode("b");
    const Node c = startNode("c");
    publishTimes(a, 20, "a");
    publishTimes(b, 20, "b");
    waitForWaiting(3 + 80);
    a->signal(SIGKILL);
    const SentEvents events = backend_.waitForEvents("stream:delete", 40);
    EXPECT_EQ(named(events, "service:up").size(), 3U);
    expectStreams(events, "a", 20);
    expectStreams(events, "b", 20);
    expectNumbersRise(events);
    EXPECT_EQ(b->log().count("the one that did shows no life") + c->log().count("the one that did shows no life"), 1U);
    const HookCalls& calls = backend_.calls();
    const std::string first = calls.front().rawBody;
    EXPECT_THAT(calls.at(1).rawBody, testing::StartsWith(first.substr(0, first.size() - 1)))
        << "what may have been heard comes again as it was";
}

TEST_F(SharedWebhook, OneThatSleepsIsFollowedAndLosesNothing) {
    const Node a = startNode("a");
    a->waitForLog(kTells);
    const Node b = startNode("b");
    publishTimes(a, 5, "before");
    backend_.waitForEvents("stream:delete", 5);
    a->signal(SIGSTOP);
    publishTimes(b, 5, "b");
    b->waitForLog("the one that did shows no life");
    backend_.waitForEvents("stream:delete", 10);
    a->signal(SIGCONT);
    publishTimes(a, 5, "after");
    const SentEvents events = backend_.waitForEvents("stream:delete", 15);
    for (const char* name : {"before", "b", "after"}) expectStreams(events, name, 5);
    expectNumbersRise(events);
}

TEST_F(SharedWebhook, WhoIsNoConsumerLeavesItToOthers) {
    const Node a = startNode("a", "consumer off;");
    const Node b = startNode("b", "consumer off;");
    publishTimes(a, 5, "a");
    publishTimes(b, 5, "b");
    waitForWaiting(22);
    EXPECT_EQ(backend_.events().size(), 0U);
    const Node c = startNode("c");
    const SentEvents events = backend_.waitForEvents("stream:delete", 10);
    expectStreams(events, "a", 5);
    expectStreams(events, "b", 5);
    EXPECT_EQ(a->log().count(kTells) + b->log().count(kTells), 0U);
    c->waitForLog(kTells);
}

TEST_F(SharedWebhook, WhileTheBackendIsAwayEventsWait) {
    const Node a = startNode("a");
    const Node b = startNode("b");
    backend_.waitForEvents("service:up", 2);
    waitForWaiting(0); // the node knows of the answer
    backend_.stop();
    publishTimes(a, 10, "a");
    publishTimes(b, 10, "b");
    waitForWaiting(40);
    backend_.restart();
    const SentEvents events = backend_.waitForEvents("stream:delete", 20);
    expectStreams(events, "a", 10);
    expectStreams(events, "b", 10);
    expectNumbersRise(events);
}

TEST_F(SharedWebhook, WhileRedisIsAwayANodeKeepsThem) {
    const Node a = startNode("a");
    backend_.waitForEvents("service:up");
    redis_.stop();
    publishTimes(a, 10, "a");
    a->waitForLog("Redis takes no events");
    redis_.start();
    const SentEvents events = backend_.waitForEvents("stream:delete", 10);
    expectStreams(events, "a", 10);
    expectNumbersRise(events);
    a->waitForLog("Redis takes events again");
}

TEST_F(SharedWebhook, ARedisThatForgetsLosesWhatItHadAndNoMore) {
    backend_.addRule(kRefuse);
    const Node a = startNode("a");
    const Node b = startNode("b");
    publishTimes(a, 5, "lost");
    waitForWaiting(12);
    redis_.stop();
    redis_.start();
    EXPECT_THAT(a->waitForLog("Redis has begun anew"), HasSubstr("11 events are lost"));
    backend_.removeRules();
    publishTimes(a, 5, "after");
    publishTimes(b, 5, "b");
    const SentEvents events = backend_.waitForEvents("stream:delete", 10);
    expectStreams(events, "after", 5);
    expectStreams(events, "b", 5);
    expectNumbersRise(events);
    EXPECT_EQ(a->log().count("Redis has begun anew"), 1U);
}

class DurableWebhook : public SharedWebhook {
  protected:
    DurableWebhook() : SharedWebhook({"--appendonly", "yes", "--appendfsync", "always"}) {}
};

TEST_F(DurableWebhook, ARedisThatRemembersLosesNothing) {
    backend_.addRule(kRefuse);
    const Node a = startNode("a");
    publishTimes(a, 5, "a");
    waitForWaiting(11);
    redis_.stop();
    redis_.start();
    backend_.removeRules();
    const SentEvents events = backend_.waitForEvents("stream:delete", 5);
    expectStreams(events, "a", 5);
    expectNumbersRise(events);
    EXPECT_THAT(a->log().text(), Not(HasSubstr("begun anew")));
}

TEST_F(SharedWebhook, EachNodeHasItsOwnBound) {
    backend_.addRule(kRefuse);
    const Node a = startNode("a", "queue 6;");
    const Node b = startNode("b", "queue 6;");
    publishTimes(a, 10, "a");
    publishTimes(b, 2, "b");
    waitForDeletionOf("a9");
    waitForDeletionOf("b1");
    waitForWaiting(11);
    backend_.removeRules();
    const SentEvents events = backend_.waitForEvents("stream:delete", 5);
    EXPECT_EQ(named(events, "service:up").size(), 1U) << "that of b";
    expectStreams(events, "b", 2);
    std::vector<std::string> kept;
    for (const SentEvent& event : events)
        if (streamOf(event).starts_with("a")) kept.push_back(streamOf(event));
    EXPECT_THAT(kept, testing::ElementsAre("a7", "a7", "a8", "a8", "a9", "a9"));
    a->waitForLog("events dropped, 6");
    EXPECT_THAT(b->log().text(), Not(HasSubstr("dropped")));
}

TEST_F(SharedWebhook, TheEndIsToldByAnother) {
    const Node a = startNode("a", "consumer off;");
    const Node b = startNode("b");
    b->waitForLog(kTells);
    a->stop();
    const SentEvent down = named(backend_.waitForEvents("service:down"), "service:down").front();
    EXPECT_EQ(down.event->getValue<int>("pid"), a->pid());
    b->stop();
    EXPECT_EQ(named(backend_.events(), "service:down").size(), 2U) << "its own, before it leaves";
    const Node c = startNode("c");
    c->waitForLog(kTells);
    EXPECT_THAT(c->log().text(), Not(HasSubstr("shows no life"))) << "who leaves says so";
}

TEST_F(SharedWebhook, AReloadGoesOnWithTheSameEvents) {
    backend_.addRule(kRefuse);
    const Node a = startNode("a");
    publishTimes(a, 5, "before");
    waitForWaiting(11);
    a->reload(configOf("a", "batch 7;"));
    publishTimes(a, 5, "after");
    backend_.removeRules();
    const SentEvents events = backend_.waitForEvents("stream:delete", 10);
    expectStreams(events, "before", 5);
    expectStreams(events, "after", 5);
    expectNumbersRise(events);
}

TEST_F(SharedWebhook, WhatIsNotOursUnderOurKeysStopsNothingElse) {
    MockBackend direct;
    {
        const Node once = startNode("a");
        backend_.waitForEvents("service:up");
        once->stop();
    }
    const std::string key = streamKey();
    for (const std::string& foreign : {key, key + ":holder", key + ":ids:a", key + ":node:a"}) {
        redis_.command({"FLUSHALL"});
        redis_.command({"SET", foreign, "somebody else's"});
        const Node a = std::make_unique<HookcastServer>(webhookTo(direct) + configOf("a"));
        EXPECT_THAT(a->waitForLog("Redis takes no events"), HasSubstr("WRONGTYPE")) << foreign;
        const std::size_t before = named(direct.events(), "stream:delete").size();
        publishTimes(a, 3, "a");
        direct.waitForEvents("stream:delete", before + 3);
        EXPECT_EQ(a->log().count("Redis takes no events"), 1U) << foreign;
        const std::size_t told = named(backend_.events(), "stream:delete").size();
        redis_.command({"DEL", foreign});
        backend_.waitForEvents("stream:delete", told + 3);
        a->waitForLog("Redis takes events again");
        a->stop();
    }
    expectNumbersRise(backend_.events());
}

TEST_F(SharedWebhook, EntriesThatAreNoEventsAreTakenOut) {
    const Node a = startNode("a");
    backend_.waitForEvents("service:up");
    const std::string key = streamKey();
    redis_.command({"XADD", key, "*", "what", "ever"});
    redis_.command({"XADD", key, "*", "node", "a", "event", "{\"half\":"});
    redis_.command({"XADD", key, "*", "node", "stranger", "event", "17"});
    redis_.command({"XADD", key, "*", "node", "a", "event", "{}{}"});
    publishTimes(a, 5, "a");
    const SentEvents events = backend_.waitForEvents("stream:delete", 5);
    expectStreams(events, "a", 5);
    a->waitForLog("entries in Redis that are no events are taken out");
    waitForWaiting(0);
}

TEST_F(SharedWebhook, AScriptThatRedisHasForgottenIsLoadedAgain) {
    const Node a = startNode("a");
    backend_.waitForEvents("service:up");
    redis_.command({"SCRIPT", "FLUSH"});
    publishTimes(a, 5, "a");
    expectStreams(backend_.waitForEvents("stream:delete", 5), "a", 5);
}

} // namespace
} // namespace hookcast::integration
