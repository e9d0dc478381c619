#pragma once

#include "base/Clock.h"
#include "base/Log.h"
#include "hooks/HookTransport.h"
#include "net/Loop.h"

#include <cstddef>
#include <memory>

namespace hookcast::hooks {

/// Calls backends with libcurl's multi interface on one loop of its own: pooled keep-alive connections, verified
/// TLS, names resolved off the thread, thousands of calls in flight. Redirects are not followed, and proxies from the
/// environment are not used: a hook goes to the URL that the config names or nowhere.
class CurlTransport final : public HookTransport {
  public:
    struct Limits {
        std::size_t connectionsPerHost;
        /// Calls that ask, over all hosts. Beyond it the newest of the share that has the most waiting is answered
        /// QueueFull.
        std::size_t waitingCalls;
    };

    /// Starts the loop. Throws std::runtime_error when libcurl or the system cannot give what it needs.
    CurlTransport(const Limits& limits, const base::Clock& clock, base::Log& log);

    ~CurlTransport() override;

    /// Ends the loop. Calls that have no answer yet get Stopped, and so does every later one. Once.
    void stop();

    CallId call(HookRequest request, OnResponse onResponse) override;
    void withdraw(CallId call) override;

    /// Its loop, until stop().
    net::Loop& loop();

  private:
    class Engine;
    std::unique_ptr<Engine> engine_;
};

} // namespace hookcast::hooks
