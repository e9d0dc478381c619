#include "cluster/ClusterTest.h"

#include "support/Configs.h"
#include "support/Deadline.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace hookcast::integration {

namespace {

/// How often a node has renewed its lease.
std::uint64_t beatOf(const RedisProcess& redis, const std::string& name) {
    std::istringstream record(redis.command({"HGET", "{hookcast}:fields", "node/" + name}));
    std::string incarnation;
    std::uint64_t beat = 0;
    record >> incarnation >> beat;
    return beat;
}

} // namespace

Camera::Camera(const std::string& address) : server_(defaultVhost(hooksTo(backend_)), {}, {address, {}}) {
    server_.waitForLog("publishes __defaultVhost__/live/show");
}

void Camera::waitForReaders(std::size_t count) {
    backend_.waitFor(fmt::format("{} readers", count),
                     [count](const HookCalls& calls) { return countReaders(calls).now == count; });
}

Camera::Readers Camera::countReaders(const HookCalls& calls) {
    Readers readers;
    for (const HookCall& call : calls) {
        if (call.action() == "on_play") readers.most = std::max(readers.most, ++readers.now);
        if (call.action() == "on_stop") --readers.now;
    }
    return readers;
}

HookcastServer& ClusterTest::start(const std::string& name, const std::string& redis,
                                   const std::map<std::string, std::string>& environment) {
    nodes_[name] = std::make_unique<HookcastServer>(
        fmt::format("cluster_redis {{ enabled on; node {}; lease {}; {} }}\nwebhook {{ url {}; }}\n{}", name, leaseS_,
                    redis, eventsUrl_,
                    defaultVhost(fmt::format("capture cam {{ source {}; {} }}\n", cameraUrl_, captureMore_))),
        environment, place_);
    published_[name] = 0;
    return node(name);
}

void ClusterTest::startThree(const std::string& redis) {
    for (const char* name : {"a", "b", "c"}) start(name, redis);
}

void ClusterTest::kill(const std::string& name) {
    node(name).signal(SIGKILL);
}

std::string ClusterTest::waitForRecord(const RedisProcess& redis, const std::string& before) const {
    const Deadline deadline;
    for (;;) {
        const std::string record =
            redis.command({"HGET", "{hookcast}:fields", "capture/__defaultVhost__/live/cam-primary"});
        const std::string owner = record.substr(0, record.find(' '));
        if (nodes_.contains(owner) && owner != before) return owner;
        if (deadline.passed()) throw std::runtime_error("nobody takes the camera; its record: " + record);
        // Redis tells nothing by itself: who waits for it has to ask again.
        std::this_thread::yield();
    }
}

std::string ClusterTest::waitForOwner(const RedisProcess& redis, const std::string& before) {
    const std::string owner = waitForRecord(redis, before);
    node(owner).waitForLog(kPublishes, ++published_[owner]);
    return owner;
}

void ClusterTest::waitForALease(const RedisProcess& redis) const {
    constexpr std::uint64_t kBeats = 6;
    std::map<std::string, std::uint64_t> until;
    for (const auto& [name, node] : nodes_) until[name] = beatOf(redis, name) + kBeats;
    const Deadline deadline;
    for (const auto& [name, beat] : until) {
        while (beatOf(redis, name) < beat) {
            if (deadline.passed()) throw std::runtime_error("node " + name + " does not renew its lease");
            // Redis tells nothing by itself: who waits for it has to ask again.
            std::this_thread::yield();
        }
    }
}

SentEvents ClusterTest::wholeEvents(const std::string& name) {
    SentEvents events = events_.events();
    std::map<int, std::uint64_t> last; // by process
    for (const SentEvent& event : events) {
        const auto [before, isFirst] = last.try_emplace(event.event->getValue<int>("pid"), event.seq());
        EXPECT_EQ(event.seq(), isFirst ? event.seq() : ++before->second) << event.name();
    }
    return named(events, name);
}

std::string urlOf(std::uint16_t redisPort) {
    return fmt::format("url redis://127.0.0.1:{};", redisPort);
}

} // namespace hookcast::integration
