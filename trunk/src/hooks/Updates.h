#pragma once

#include "hooks/HookEvent.h"
#include "hooks/HookLane.h"
#include "hooks/HookTarget.h"
#include "net/SessionPort.h"
#include "net/Timer.h"

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <vector>

namespace hookcast::hooks {

/// Tells the backends, as often as each block of the vhost wants it, what has come of one opening so far. In the lane's
/// order; one that is due while the one before is still out is left out, as the next one says all that it would have.
/// Ends with this object. Loop thread only.
class Updates {
  public:
    /// What the client has got and sent since its opening.
    using Traffic = std::function<net::SessionPort::Traffic()>;

    /// Null where nobody wants to hear of it. `opening`: that has just been permitted, a Publish or Play.
    static std::unique_ptr<Updates> of(const std::shared_ptr<HookLane>& lane, const HookEvent& opening,
                                       Traffic traffic);

    Updates(const Updates&) = delete;
    Updates& operator=(const Updates&) = delete;

  private:
    struct Series {
        Series(UpdateTargets its, net::Loop& loop) : wanted(std::move(its)), timer(loop) {}
        UpdateTargets wanted;
        net::Timer timer;
        std::weak_ptr<HookJob> latest; ///< while it waits or is out
        /// Which of the targets have failed the last time: the log has it, and need not have it each time.
        std::shared_ptr<std::vector<bool>> failing = std::make_shared<std::vector<bool>>(wanted.targets.size());
    };

    Updates(std::shared_ptr<HookLane> lane, HookEvent opening, Traffic traffic);

    void arm(Series& series);
    void tell(Series& series);

    // given
    std::shared_ptr<HookLane> lane_;
    HookEvent opening_;
    Traffic traffic_;
    std::int64_t openedAtMs_;
    // owned
    std::list<Series> series_; ///< one for each block
};

} // namespace hookcast::hooks
