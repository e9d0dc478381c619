#pragma once

#include "hooks/HookEvent.h"
#include "hooks/HookLane.h"
#include "hooks/HookTarget.h"
#include "net/Timer.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace hookcast::hooks {

/// Tells one closing event to its targets. What a backend says changes nothing. A call that certainly was not delivered
/// is tried again a few times, so that a backend that restarts misses nothing. Where the event is kept, what has failed
/// then, or may have, is left to the courier, as is what comes after it; where it is not, it is lost, and counted. Loop
/// thread only.
class ClosingJob final : public HookJob, public std::enable_shared_from_this<ClosingJob> {
  public:
    static constexpr int kAttempts = 5;
    static constexpr std::int64_t kFirstRetryMs = 250; ///< doubled for each further attempt

    /// `number`: by which the event is kept; 0: it is not.
    ClosingJob(HookEvent event, HookTargets targets, SpoolNumber number = 0);

    void start(std::shared_ptr<HookLane> lane) override;

  private:
    void callNext();
    bool call();
    void retryLater();
    void onResponse(const HookResponse& response);
    void finishTarget();
    bool leave();
    void settle(bool isTold);

    // given
    HookEvent event_;
    HookTargets targets_;
    SpoolNumber number_;
    // owned
    std::optional<net::Timer> retry_; ///< on the lane's loop; what it is armed with owns this job
    // state
    std::shared_ptr<HookLane> lane_; ///< from the start
    std::size_t next_ = 0;
    int attempts_ = 0;
    bool hasToldAny_ = false;
};

} // namespace hookcast::hooks
