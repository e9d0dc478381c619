#pragma once

#include "base/Task.h"
#include "config/Config.h"

#include <functional>
#include <memory>
#include <string>

namespace hookcast::app {

/// One protocol, or one of the servers of it, as the server's life sees it: whether and where it is served, as the
/// configuration of the moment says. Main thread.
class Service {
  public:
    virtual ~Service() = default;

    /// Binds and reads what `config` needs and is not there yet, and changes nothing else. Throws std::runtime_error
    /// when it cannot. The task serves so, and nowhere else; where the protocol is off now, its sessions end. It does
    /// not throw; one that never runs lets go of what was bound for it.
    virtual base::Task prepare(const std::shared_ptr<const config::Config>& config) = 0;

    /// Sessions stay.
    virtual void stopAccepting() = 0;

    /// Ends every session of a vhost that `isGone` says so of, with `reason`; returns when they are destroyed.
    virtual void endSessions(const std::function<bool(const std::string& vhost)>& isGone,
                             const std::string& reason) = 0;

    /// Stops accepting and ends every session with `reason`; returns when all have closed their tickets.
    virtual void stop(const std::string& reason) = 0;
};

} // namespace hookcast::app
