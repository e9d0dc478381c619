#pragma once

#include "hooks/HookTransport.h"
#include "unit/support/Event.h"

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace hookcast::support {

hooks::HookResponse answered(int status, std::string body);
hooks::HookResponse yes();
hooks::HookResponse no();
hooks::HookResponse failed(hooks::HookResponse::Outcome outcome, std::string error = "failed");

/// Backends that exist in a test only: it sees every call and answers when it likes. Any thread.
class FakeTransport final : public hooks::HookTransport {
  public:
    struct Call {
        hooks::HookRequest request;
        OnResponse onResponse;
    };

    FakeTransport();
    ~FakeTransport() override;

    /// Its number is its place in the order of calls, from 0.
    hooks::CallId call(hooks::HookRequest request, OnResponse onResponse) override;

    /// From now on calls throw, as where there is no memory for them, or not any more.
    void refuseCalls(bool on);

    /// Calls of a test have begun, unless it says otherwise.
    void withdraw(hooks::CallId call) override;

    /// From now on calls wait, and have not begun.
    void letCallsWait();

    /// Calls to `url` are answered at once from now on.
    void answerAlways(const std::string& url, hooks::HookResponse response);

    [[nodiscard]] bool waitForCalls(std::size_t count) { return called_.wait(count); }

    /// Answers the call with this number, in the order of calls from 0.
    void answer(std::size_t number, const hooks::HookResponse& response) { take(number)(response); }

    OnResponse take(std::size_t number);

    std::vector<std::string> urls() const;

    std::vector<hooks::HookRequest> requests() const;

  private:
    mutable std::mutex mutex_;
    std::vector<hooks::HookRequest> requests_;
    std::map<std::size_t, OnResponse> open_;
    std::map<std::string, hooks::HookResponse> ready_;
    bool waits_ = false;
    bool refuses_ = false;
    Event called_;
};

} // namespace hookcast::support
