#pragma once

#include "hooks/HookTransport.h"
#include "unit/support/Event.h"

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::support {

inline hooks::HookResponse answered(int status, std::string body) {
    hooks::HookResponse response;
    response.outcome = hooks::HookResponse::Outcome::Answered;
    response.status = status;
    response.body = std::move(body);
    return response;
}

inline hooks::HookResponse yes() {
    return answered(200, "0");
}

inline hooks::HookResponse no() {
    return answered(403, "");
}

inline hooks::HookResponse failed(hooks::HookResponse::Outcome outcome, std::string error = "failed") {
    hooks::HookResponse response;
    response.outcome = outcome;
    response.error = std::move(error);
    return response;
}

/// Backends that exist in a test only: it sees every call and answers when it likes. Any thread.
class FakeTransport final : public hooks::HookTransport {
  public:
    struct Call {
        hooks::HookRequest request;
        OnResponse onResponse;
    };

    /// Its number is its place in the order of calls, from 0.
    hooks::CallId call(hooks::HookRequest request, OnResponse onResponse) override {
        std::unique_lock lock(mutex_);
        requests_.push_back(request);
        const hooks::CallId number = requests_.size() - 1;
        const auto ready = ready_.find(request.url);
        if (ready == ready_.end()) {
            open_.emplace(number, std::move(onResponse));
            lock.unlock();
        } else {
            const hooks::HookResponse response = ready->second;
            lock.unlock();
            onResponse(response);
        }
        called_.happen();
        return number;
    }

    /// Calls of a test have begun, unless it says otherwise.
    void withdraw(hooks::CallId call) override {
        std::unique_lock lock(mutex_);
        if (!waits_) return;
        auto open = open_.extract(call);
        lock.unlock();
        if (!open.empty()) open.mapped()(failed(hooks::HookResponse::Outcome::Withdrawn));
    }

    /// From now on calls wait, and have not begun.
    void letCallsWait() {
        const std::lock_guard lock(mutex_);
        waits_ = true;
    }

    /// Calls to `url` are answered at once from now on.
    void answerAlways(const std::string& url, hooks::HookResponse response) {
        const std::lock_guard lock(mutex_);
        ready_.insert_or_assign(url, std::move(response));
    }

    [[nodiscard]] bool waitForCalls(std::size_t count) { return called_.wait(count); }

    /// Answers the call with this number, in the order of calls from 0.
    void answer(std::size_t number, const hooks::HookResponse& response) { take(number)(response); }

    OnResponse take(std::size_t number) {
        const std::lock_guard lock(mutex_);
        return std::move(open_.extract(number).mapped());
    }

    std::vector<std::string> urls() const {
        std::vector<std::string> urls;
        for (const auto& request : requests()) urls.push_back(request.url);
        return urls;
    }

    std::vector<hooks::HookRequest> requests() const {
        const std::lock_guard lock(mutex_);
        return requests_;
    }

  private:
    mutable std::mutex mutex_;
    std::vector<hooks::HookRequest> requests_;
    std::map<std::size_t, OnResponse> open_;
    std::map<std::string, hooks::HookResponse> ready_;
    bool waits_ = false;
    Event called_;
};

} // namespace hookcast::support
