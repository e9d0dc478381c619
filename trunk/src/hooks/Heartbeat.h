#pragma once

#include "base/LogGate.h"
#include "config/CurrentConfig.h"
#include "hooks/HookTransport.h"
#include "hooks/SrsJsonDialect.h"
#include "net/Loop.h"
#include "net/Timer.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace hookcast::hooks {

/// The regular sign of life to a backend (heartbeat), with SRS's fields. Nothing depends on its answer; while one call
/// is not answered no other is made, so a backend that hangs finds no pile of old ones. Any thread; what it has belongs
/// to its loop.
class Heartbeat final : public std::enable_shared_from_this<Heartbeat> {
  public:
    /// Hands the figures of process and machine over as a JSON object, later, on any thread, or never.
    using Summaries = std::function<void(std::function<void(std::string)>)>;

    /// Everything given outlives it, until the loop has stopped.
    Heartbeat(const config::CurrentConfig& config, HookTransport& transport, net::Loop& loop,
              const SrsJsonDialect& identity, Summaries summaries);

    /// Goes on as the configuration says now: a heartbeat that was turned on or changed begins anew, with a beat.
    void apply();

    /// The last beat has been. Not on a loop.
    void stop();

  private:
    void beat();
    void send(const config::Config& config, const std::string& summaries);
    std::string body(const config::Config& config, const std::string& summaries) const;
    void onResponse(const std::string& shownUrl, const HookResponse& response);

    // given
    const config::CurrentConfig& config_;
    HookTransport& transport_;
    net::Loop& loop_;
    const SrsJsonDialect& identity_;
    Summaries summaries_;
    // state, on the loop
    config::HeartbeatConfig running_;
    net::Timer timer_;
    bool busy_ = false; ///< a call is on its way
    bool failed_ = false;
    base::LogGate failureGate_;
};

} // namespace hookcast::hooks
