#pragma once

#include "config/Config.h"
#include "hooks/HookContext.h"
#include "hooks/HookEvent.h"
#include "hooks/HookTarget.h"
#include "hooks/PullRight.h"
#include "hooks/Spool.h"
#include "net/Loop.h"

#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>

namespace hookcast::hooks {

class HookLane;

/// One event that is to be told to its URLs, one after another.
class HookJob {
  public:
    virtual ~HookJob() = default;

    /// The job's turn on `lane`, which it keeps from here on, and to which it tells its end: jobEnded(), once.
    virtual void start(std::shared_ptr<HookLane> lane) = 0;
};

/// The hook calls of one session: a job starts when the one before it has ended, so that a backend sees the session's
/// events in order. It outlives its session until its last job has ended. Loop thread only.
class HookLane : public std::enable_shared_from_this<HookLane> {
  public:
    /// `config` is what the session began with; a reload does not change its hooks. `who` names it in the log. `right`:
    /// of a pull, about which nobody is asked or told.
    HookLane(HookContext& context, net::Loop& loop, std::shared_ptr<const config::VhostConfig> vhost, std::string who,
             PullRightPtr right = nullptr);

    /// Behind everything that waits.
    void append(std::shared_ptr<HookJob> job);

    /// Jobs that have not begun.
    std::size_t waiting() const { return waiting_.size(); }

    /// Ahead of everything that waits: for the closing of an opening whose job is just ending.
    void appendNext(std::shared_ptr<HookJob> job);

    /// Holds this lane's jobs back until everything in `earlier`, a lane of the same session, has ended: the session
    /// goes on here, and its events stay in order. Before the first job.
    void follow(HookLane& earlier);

    /// The running job has ended.
    void jobEnded();

    /// Tells `target` of `event`; `onResponse` is called and destroyed on the loop.
    CallId call(const HookTarget& target, const HookEvent& event, std::function<void(const HookResponse&)> onResponse);

    /// Takes a call back that has not begun: it is answered Withdrawn. Any other goes on.
    void withdraw(CallId call);

    /// Counts how a call ended, and writes its one log line; none for a call that never began. `reason` is empty when
    /// the backend has said yes.
    void noteCall(const HookEvent& event, const HookTarget& target, const HookResponse& response,
                  std::string_view verdict, std::string_view reason) const;

    /// The same of a call that refuses a client: its line is the refusal's.
    void noteRefusal(const HookEvent& event, const HookTarget& target, const HookResponse& response,
                     const Fault& fault) const;

    /// The lines alone, of a URL that was not asked.
    void writeVerdict(const HookEvent& event, const HookTarget& target, const HookResponse& response,
                      std::string_view verdict, std::string_view reason) const;
    void writeRefusal(const HookEvent& event, const HookTarget& target, const HookResponse& response,
                      const Fault& fault) const;

    /// Counts how a call ended, whatever its verdict was worth: for what writes lines of its own.
    bool countCall(const HookTarget& target, const HookResponse& response, bool saidYes) const;

    /// The log's line about an opening that is refused, as the backends have still to be told of the client's last.
    void noteOwed(const HookEvent& event) const;

    /// Whom to ask about `opening`. Throws std::logic_error where that is more than a pull has a right to.
    HookTargets openings(const HookEvent& opening) const;

    /// Who is asked beside them, and not obeyed.
    HookTargets shadows(const HookEvent& opening) const;

    /// Who hears of its end, when all had said yes.
    HookTargets closings(const HookEvent& opening) const;

    /// Keeps that `targets` have to hear of `event`, which ends the kept `opening`, if any. 0: it is not kept.
    SpoolNumber owe(const HookEvent& event, const HookTargets& targets, SpoolNumber opening = 0) const;

    /// Null unless it is a pull's.
    const PullRightPtr& pullRight() const { return right_; }

    HookContext& context() const { return context_; }
    net::Loop& loop() const { return loop_; }
    const std::string& who() const { return who_; }
    const std::shared_ptr<const config::VhostConfig>& vhost() const { return vhost_; }

  private:
    void startNext();
    void goOn();

    // given
    HookContext& context_;
    net::Loop& loop_;
    std::shared_ptr<const config::VhostConfig> vhost_;
    std::string who_;
    PullRightPtr right_;
    // owned
    std::list<std::shared_ptr<HookJob>> waiting_;
    std::shared_ptr<HookLane> follower_; ///< until it is let go
    // state
    bool held_ = false;    ///< follows a lane that is not empty yet
    bool running_ = false; ///< the job itself is owned by what it waits for, and owns this lane
};

} // namespace hookcast::hooks
