#pragma once

#include "hooks/Admission.h"
#include "unit/support/HookGate.h"
#include "unit/support/TempDir.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace hookcast::hooks {

/// What an opening comes to beside its backend's answers: a gate with a backend, and one who asks.
class PolicyTest : public ::testing::Test {
  protected:
    PolicyTest() {
        hooks_.enabled = true;
        hooks_.onConnect = {"http://a/connect"};
        hooks_.onPublish = {"http://a/publish"};
        hooks_.onPlay = {"http://a/play"};
        hooks_.onUnpublish = {"http://a/unpublish"};
        hooks_.onStop = {"http://a/stop"};
        hooks_.policy.breaker.failures = 0;
    }

    void onFailure(config::OnFailure choice, std::optional<config::Opening> opening = {}) {
        hooks_.policy.failureRules.push_back({opening, choice});
    }

    /// Whether one who asks is let in. `answer` is what the backend says, if it is asked. His end is told.
    bool ask(HookAction action, const std::optional<HookResponse>& answer) {
        support::GateClient client(gate_, hooks_);
        client.ask(action);
        if (answer) give(*answer);
        EXPECT_TRUE(client.verdict.wait());
        const bool isIn = client.admitted();
        client.leave();
        gate_.runner.settle();
        if (isIn) {
            endings_.push_back(gate_.transport.urls().at(calls_));
            give(support::yes());
        }
        EXPECT_EQ(gate_.transport.urls().size(), calls_) << "nobody else was called";
        return isIn;
    }
    bool play(const std::optional<HookResponse>& answer) { return ask(HookAction::Play, answer); }

    void give(const HookResponse& answer) { gate_.answer(calls_++, answer); }

    HookStatistics::Figures figures(const std::string& url = "http://a/play") const {
        for (auto& one : gate_.admission.statistics().figures())
            if (one.url == url) return one;
        return {};
    }

    /// Whether the log comes to have this text.
    bool logs(const std::string& text) const {
        const auto deadline = std::chrono::steady_clock::now() + support::kPatience;
        while (support::contentOf(folder_.file("log")).find(text) == std::string::npos) {
            if (std::chrono::steady_clock::now() > deadline) return false;
            std::this_thread::yield();
        }
        return true;
    }

    support::TempDir folder_;
    support::HookGate gate_{folder_.file("log")};
    config::HooksConfig hooks_;
    std::size_t calls_ = 0;
    std::vector<std::string> endings_;
};

} // namespace hookcast::hooks
