#pragma once

#include "base/Result.h"
#include "config/Config.h"
#include "config/Protocol.h"
#include "hooks/HookEvent.h"
#include "hooks/HookTarget.h"

#include <memory>
#include <string>
#include <string_view>

namespace hookcast::app {

/// A client that is not there, and what it is to have done. A value; its functions throw nothing but for want of
/// memory.
struct HookTrial {
    hooks::HookAction action = hooks::HookAction::Publish;
    std::string stream = "live/test"; ///< APP/STREAM?QUERY
    std::string ip = "127.0.0.1";
    config::Protocol protocol = config::Protocol::Rtmp;
    std::string url;      ///< ask this one alone; empty: those of the configuration
    std::string clientId; ///< given once, so that whoever makes the event again makes the same
    std::string eventId;  ///< of the opening; likewise

    /// The opening that the event is, or that it follows from. An error: the stream has no name that a backend is asked
    /// about, or no client of the protocol does that.
    base::Result<hooks::HookEvent> opening(const config::VhostConfig& vhost) const;

    /// The event itself, of what opening() has given.
    hooks::HookEvent event(const hooks::HookEvent& opening) const;

    /// Whom the server would ask about it, or tell of it.
    hooks::HookTargets targets(const hooks::HookContext& context,
                               const std::shared_ptr<const config::VhostConfig>& vhost,
                               const hooks::HookEvent& opening) const;

    /// The same with what is secret in the stream's query masked: what is printed is made of it.
    HookTrial masked() const;

    /// Why the server refuses such a client before it asks anybody; empty: it asks.
    std::string refusalBefore(const config::VhostConfig& vhost) const;
};

/// Those that can be tried, with commas between them.
std::string trialActionNames();

/// By its name in directives, `on_publish`. An error lists those that there are.
base::Result<hooks::HookAction> trialActionNamed(std::string_view name);

} // namespace hookcast::app
