#pragma once

#include "cluster/SharedEventQueue.h"

#include "unit/cluster/FakeEventStore.h"
#include "unit/support/FakeClock.h"
#include "unit/support/TempDir.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::cluster {

using Texts = std::vector<std::string>;

inline constexpr std::int64_t kLeaseMs = 4000;
inline constexpr std::size_t kBatch = 3;

inline config::WebhookConfig webhookOf(std::uint32_t queue = 100) {
    config::WebhookConfig webhook;
    webhook.url = "http://user:secret@a/event/?token=secret";
    webhook.queue = queue;
    return webhook;
}

/// A process of a node.
struct SharingNode {
    SharingNode(const std::string& nodeName, FakeEvents& events, const base::Clock& clock, base::Log& log,
                std::uint32_t queueSize = 100, const std::string& run = "1")
        : name(nodeName), store(events),
          queue(webhookOf(queueSize), {nodeName, run, kLeaseMs}, clock, log, [this] { ++wakes; }) {}

    void push(std::uint64_t first, std::uint64_t last) {
        for (std::uint64_t number = first; number <= last; ++number)
            queue.push(number, std::make_shared<const std::string>(envelopeOf(name, number)));
    }

    Texts take() {
        Texts texts;
        for (const auto& event : queue.take(kBatch, [this] { ++readies; })) texts.push_back(*event);
        return texts;
    }

    /// Asks, lets the store answer, and asks again if that is worth it.
    Texts taken() {
        const int before = readies;
        Texts texts = take();
        if (!texts.empty()) return texts;
        queue.round(store);
        return readies > before ? take() : Texts();
    }

    std::string name;
    FakeEventStore store;
    int wakes = 0;
    int readies = 0;
    SharedEventQueue queue;
};

class SharedEventQueueTest : public ::testing::Test {
  protected:
    Texts eventsOf(const std::string& node, std::uint64_t first, std::uint64_t last) const {
        Texts texts;
        for (std::uint64_t number = first; number <= last; ++number) texts.push_back(envelopeOf(node, number));
        return texts;
    }

    void pass(std::int64_t ms, std::vector<SharingNode*> nodes) {
        constexpr std::int64_t kStepMs = 100;
        for (std::int64_t passed = 0; passed < ms; passed += kStepMs) {
            clock_.advanceMs(kStepMs);
            for (SharingNode* node : nodes) node->queue.round(node->store);
        }
    }

    /// What has been logged, all of it by then.
    std::string logText() {
        log_.reset();
        std::string text = support::contentOf(folder_.file("log"));
        log_.emplace(base::LogLevel::Trace, folder_.file("log"));
        return text;
    }

    support::TempDir folder_;
    support::FakeClock clock_;
    /// In its place, as nodes hold on to it, there is always one.
    std::optional<base::Log> log_{std::in_place, base::LogLevel::Trace, folder_.file("log")};
    FakeEvents events_;
};

} // namespace hookcast::cluster
