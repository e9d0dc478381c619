// What a dead node leaves to the others: each capture to one of them, and to each about as many.
#include "support/Configs.h"
#include "support/FreePort.h"
#include "support/HookcastServer.h"
#include "support/MockBackend.h"
#include "support/RedisProcess.h"

#include <Poco/JSON/Array.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace hookcast::integration {
namespace {

constexpr std::size_t kCaptures = 500;

/// The streams that events of this name have listed, by the process that tells of them. None is listed twice.
std::map<int, std::set<std::string>> listedBy(const SentEvents& events, const std::string& deadNode) {
    std::map<int, std::set<std::string>> listed;
    std::set<std::string> all;
    for (const SentEvent& event : events) {
        const auto streams = event.data()->getArray(deadNode);
        for (unsigned i = 0; i < streams->size(); ++i) {
            const auto stream = streams->getElement<std::string>(i);
            EXPECT_TRUE(all.insert(stream).second) << stream << " twice";
            listed[event.event->getValue<int>("pid")].insert(stream);
        }
    }
    return listed;
}

std::size_t countOf(const SentEvents& events) {
    std::size_t count = 0;
    for (const SentEvent& event : events)
        for (const std::string& node : event.data()->getNames()) count += event.data()->getArray(node)->size();
    return count;
}

/// The streams that a node has fetched, by its log.
std::set<std::string> fetchedBy(const HookcastServer& node) {
    constexpr std::string_view kBefore = " as __defaultVhost__/live/";
    std::set<std::string> streams;
    for (const std::string& line : node.log().lines())
        if (const std::size_t at = line.find(kBefore); at != std::string::npos && line.find("fetches") < at)
            streams.insert(line.substr(at + kBefore.size()));
    return streams;
}

/// Cameras that do not answer: whose they are does not depend on that.
TEST(ClusterSpread, FiveHundredCapturesOfADeadNodeAreSharedEqually) {
    const RedisProcess redis;
    const MockBackend events;
    const FreePort nobody;
    std::string captures;
    for (std::size_t i = 0; i < kCaptures; ++i)
        captures +=
            fmt::format("capture cam{} {{ source rtmp://127.0.0.1:{}/live/cam; home a; }}\n", i, nobody.number());
    std::map<std::string, std::unique_ptr<HookcastServer>> nodes;
    for (const char* name : {"a", "b", "c"})
        nodes[name] = std::make_unique<HookcastServer>(
            fmt::format("cluster_redis {{ enabled on; node {}; lease 2; url {}; }}\n{}{}", name, redis.url(),
                        webhookTo(events), defaultVhost(captures)));
    nodes.at("a")->waitForLog("fetches", kCaptures);
    nodes.at("a")->signal(SIGKILL);

    SentEvents taken;
    for (std::size_t count = 1; countOf(taken) < kCaptures; ++count)
        taken = named(events.waitForEvents("server:capture", count), "server:capture");
    const auto listed = listedBy(taken, "a");
    ASSERT_EQ(listed.size(), 2U);
    for (const auto& [process, streams] : listed) {
        EXPECT_GE(streams.size(), kCaptures / 2 * 9 / 10);
        EXPECT_LE(streams.size(), kCaptures / 2 * 11 / 10);
        const HookcastServer& node = *nodes.at(process == nodes.at("b")->pid() ? "b" : "c");
        // A slow machine may need a lease to begin all, and begins some again.
        for (const std::string& stream : streams) node.waitForLog(" as __defaultVhost__/live/" + stream);
        EXPECT_EQ(fetchedBy(node), streams);
    }
}

} // namespace
} // namespace hookcast::integration
