#pragma once

#include "hooks/HookEvent.h"
#include "hooks/HookLane.h"
#include "hooks/HookTarget.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hookcast::hooks {

/// The shadow URLs of one opening: they are asked as the real ones are, nobody waits for them or obeys them, and where
/// they say otherwise, that is counted and has a line in the log. Their calls own it. Loop thread only.
class Shadow : public std::enable_shared_from_this<Shadow> {
  public:
    /// Asks. Null where there is no shadow URL.
    static std::shared_ptr<Shadow> ask(std::shared_ptr<HookLane> lane, const HookEvent& event);

    Shadow(std::shared_ptr<HookLane> lane, HookEvent event, HookTargets targets);

    /// What the backends have said.
    void onReal(bool isAdmitted);

  private:
    void start();
    void begin(const HookTarget& target);
    void onResponse(const HookTarget& target, const HookResponse& response);
    void compare(const HookTarget& target, const HookResponse& response) const;

    // given
    std::shared_ptr<HookLane> lane_;
    HookEvent event_;
    HookTargets targets_;
    // state
    std::optional<bool> real_;
    struct Answer {
        const HookTarget& target;
        HookResponse response;
    };
    std::vector<Answer> early_; ///< before the real verdict
};

} // namespace hookcast::hooks
