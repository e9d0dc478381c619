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

/// Tells one closing event to its targets. The answer changes nothing: a failure is logged and counted. A call that
/// certainly was not delivered is tried again a few times, so that a backend that restarts misses nothing; one that
/// may have been delivered is not, so that nothing is told twice. Loop thread only.
class ClosingJob final : public HookJob, public std::enable_shared_from_this<ClosingJob> {
  public:
    static constexpr int kAttempts = 5;
    static constexpr std::int64_t kFirstRetryMs = 250; ///< doubled for each further attempt

    ClosingJob(HookEvent event, HookTargets targets);

    void start(std::shared_ptr<HookLane> lane) override;

  private:
    void callNext();
    bool call();
    void retryLater();
    void onResponse(const HookResponse& response);
    void finishTarget();

    // given
    HookEvent event_;
    HookTargets targets_;
    // owned
    std::optional<net::Timer> retry_; ///< on the lane's loop; what it is armed with owns this job
    // state
    std::shared_ptr<HookLane> lane_; ///< from the start
    std::size_t next_ = 0;
    int attempts_ = 0;
};

} // namespace hookcast::hooks
