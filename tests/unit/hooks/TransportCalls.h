#pragma once

#include "hooks/HookTransport.h"
#include "unit/support/Event.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::hooks {

/// Calls through a transport, and what came of each.
class TransportCalls {
  public:
    explicit TransportCalls(HookTransport& transport) : transport_(transport) {}

    /// Begins a call; its number counts from 0.
    void begin(const std::string& url, std::int64_t timeoutMs = support::kPatienceMs, const std::string& body = "{}") {
        HookRequest request;
        request.url = url;
        request.contentType = "application/json";
        request.body = body;
        request.timeoutMs = timeoutMs;
        begin(std::move(request));
    }
    CallId begin(HookRequest request) {
        const std::size_t number = begun_++;
        return transport_.call(std::move(request), [this, number](HookResponse response) {
            {
                const std::lock_guard lock(mutex_);
                responses_.emplace_back(number, std::move(response));
            }
            answered.happen();
        });
    }

    /// Begins a call and waits for its end. Not beside others.
    HookResponse call(const std::string& url, std::int64_t timeoutMs = support::kPatienceMs,
                      const std::string& body = "{}") {
        const std::size_t before = answered.times();
        begin(url, timeoutMs, body);
        return lastAfter(before);
    }
    HookResponse call(HookRequest request) {
        const std::size_t before = answered.times();
        begin(std::move(request));
        return lastAfter(before);
    }

    /// In the order in which they came.
    std::vector<std::pair<std::size_t, HookResponse>> responses() const {
        const std::lock_guard lock(mutex_);
        return responses_;
    }

    std::size_t count(HookResponse::Outcome outcome) const {
        std::size_t count = 0;
        for (const auto& [number, response] : responses()) count += response.outcome == outcome ? 1 : 0;
        return count;
    }

    support::Event answered;

  private:
    HookResponse lastAfter(std::size_t before) {
        EXPECT_TRUE(answered.wait(before + 1));
        const std::lock_guard lock(mutex_);
        return responses_.empty() ? HookResponse() : responses_.back().second;
    }

    HookTransport& transport_;
    std::size_t begun_ = 0;
    mutable std::mutex mutex_;
    std::vector<std::pair<std::size_t, HookResponse>> responses_;
};

} // namespace hookcast::hooks
