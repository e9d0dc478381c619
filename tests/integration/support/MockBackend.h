#pragma once

#include "support/ChildProcess.h"
#include "support/Deadline.h"
#include "support/HookCall.h"
#include "support/SentEvent.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::integration {

/// The real mock-hook-server, run for one test and steered by its control interface. One thread.
class MockBackend {
  public:
    using Condition = std::function<bool(const HookCalls&)>;

    /// Returns when it serves. `options` are further arguments of the program.
    explicit MockBackend(std::vector<std::string> options = {}, std::string address = "127.0.0.1");

    /// Where the test has failed, prints the calls.
    ~MockBackend();
    MockBackend(const MockBackend&) = delete;
    MockBackend& operator=(const MockBackend&) = delete;

    /// `http://ADDRESS:PORT` and `path`.
    std::string url(std::string_view path) const;

    /// `{"match":{...},"reply":{...},"times":N}`; throws std::runtime_error when the mock does not take it.
    void addRule(const std::string& json);
    void removeRules();

    /// All calls so far, also those before a restart.
    const HookCalls& calls();

    /// Waits, with long polls, until `condition` holds for all calls so far. Throws std::runtime_error, naming `what`,
    /// when it does not in time.
    const HookCalls& waitFor(std::string_view what, const Condition& condition, const Deadline& deadline = Deadline());

    /// Waits for the `nth` call with this action.
    HookCall waitForCall(const std::string& action, std::size_t nth = 1);

    /// All webhook events that the running program has confirmed.
    SentEvents events() const;

    /// The same, as soon as `count` of them have this name, which may hold `*`. Throws std::runtime_error when they do
    /// not in time.
    SentEvents waitForEvents(const std::string& name, std::size_t count = 1,
                             const Deadline& deadline = Deadline()) const;

    /// Ends the program; connections to its port are then refused.
    void stop();

    /// The same by SIGKILL: calls that are out get no answer.
    void kill();

    /// Starts it again on the same port, without rules.
    void restart();

  private:
    void start(std::uint16_t port);
    std::string control(const std::string& method, const std::string& path, const std::string& body) const;
    void poll(std::int64_t waitMs);

    std::vector<std::string> options_;
    std::string address_;
    std::unique_ptr<ChildProcess> process_;
    std::uint16_t port_ = 0;
    HookCalls calls_;
    std::uint64_t seen_ = 0; ///< the order of the newest call known of the running program
};

/// A `webhook` block whose events go to /event/ of `backend`. `more` is put into the block.
std::string webhookTo(const MockBackend& backend, std::string_view more = "");

/// An `http_hooks` block whose six events all go to `backend`, at SRS's paths. `more` is put into the block.
std::string hooksTo(const MockBackend& backend, std::string_view more = "");

/// An `http_notify` block, likewise, whose four calls go to /notify.
std::string notifyTo(const MockBackend& backend, std::string_view more = "");

} // namespace hookcast::integration
