#pragma once

#include "config/Config.h"
#include "hooks/HookEvent.h"
#include "hooks/HookTarget.h"

#include <string>
#include <vector>

namespace hookcast::app {

/// What a call comes to in a server that runs: where its backend fails, and for how long its answer counts. A line
/// each.
class HookConsequences {
  public:
    /// Both outlive it.
    HookConsequences(const config::Config& config, const hooks::HookTarget& target)
        : config_(config), target_(target) {}

    /// For how long the answer's verdict is kept; empty: the answer says nothing of that.
    std::string kept(const hooks::HookResponse& response) const;

    /// What becomes of the client, or of the event, where the backend fails.
    std::string ofFailure(hooks::HookAction action) const;

    /// Whether a client is let in all the same, where the call was this.
    bool admitsOnFailure(hooks::HookAction action, const hooks::HookResponse& response) const;

  private:
    // given
    const config::Config& config_;
    const hooks::HookTarget& target_;
};

} // namespace hookcast::app
