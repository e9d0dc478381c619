#pragma once

#include "config/CurrentConfig.h"
#include "hooks/HookContext.h"
#include "hooks/HookLane.h"
#include "hooks/OpeningJob.h"
#include "hooks/PullGate.h"
#include "hooks/Ticket.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace hookcast::hooks {

/// A request whose verdict is still out. Dying cancels it: the verdict is then not delivered, and a backend that
/// says yes all the same is told of the end. Loop thread only.
class PendingAdmission {
  public:
    PendingAdmission() = default;
    explicit PendingAdmission(const std::shared_ptr<OpeningJob>& job) : job_(job) {}
    PendingAdmission(PendingAdmission&& other) noexcept = default;
    PendingAdmission& operator=(PendingAdmission&& other) noexcept;
    PendingAdmission(const PendingAdmission&) = delete;
    PendingAdmission& operator=(const PendingAdmission&) = delete;
    ~PendingAdmission() { cancel(); }

    /// After its verdict, or after cancel(), it is no longer active.
    bool active() const {
        const auto job = job_.lock();
        return job != nullptr && job->isAwaited();
    }
    void cancel();

    /// The verdict is here; dying must not cancel what it permitted.
    void release() { job_.reset(); }

  private:
    std::weak_ptr<OpeningJob> job_;
};

/// The gate. Every session asks here before it connects, publishes or plays, and waits; its loop does not.
/// Any thread; each lane belongs to its session's loop.
class Admission {
  public:
    Admission(HookTransport& transport, const SrsJsonDialect& dialect, base::Log& log)
        : context_{transport, dialect, {}, log, {}, {}, {}, DialectAdvice(log), Refusals(log), {}} {}

    /// Who pulls from this server from now on; before anybody does, and once. Until then nobody may.
    void servePulls(PullTerms terms) { pulls_ = PullGate(std::move(terms)); }

    /// What backends have to be told is kept in `spool` from now on, and told by a courier on `loop` where it cannot be
    /// told at once. Before there is a lane. All of it outlives the last call.
    void keepIn(Spool& spool, net::Loop& loop, const config::CurrentConfig& config);

    /// The spool has something that was left there: by an earlier life, or to be told again.
    void lookForWork();

    /// Null where nothing is kept.
    Spool* spool() const { return context_.spool; }

    /// See PullGate::judge().
    base::Result<PullRightPtr> judgePull(std::string_view pass) const { return pulls_.judge(pass); }

    /// The lane of a new session, on its loop. `who` names the session in the log. `right`: it is a pull, about which
    /// no backend is asked or told, and which gets tickets for this and nothing else.
    std::shared_ptr<HookLane> openLane(net::Loop& loop, std::shared_ptr<const config::VhostConfig> vhost,
                                       std::string who, PullRightPtr right = nullptr);

    /// Asks the backends about `event` (Connect, Publish or Play). `onVerdict` is called on the lane's loop, later,
    /// unless the returned request dies first. Without hooks the answer is yes. `use`: what of the answers' data
    /// counts; of a connection none does.
    [[nodiscard]] PendingAdmission request(const std::shared_ptr<HookLane>& lane, HookEvent event, OnVerdict onVerdict,
                                           DataUse use = DataUse::All);

    /// As somebody has it already, where anybody has: for events, which are there as long as their clients.
    std::shared_ptr<const ClientPlace> share(ClientPlace place) { return context_.places.share(std::move(place)); }
    NamedStreamPtr share(NamedStream stream) { return context_.namedStreams.share(std::move(stream)); }

    /// Tells the backends of a recording or a segment (Dvr, Hls), behind what the lane has to tell before. On the
    /// lane's loop.
    void tell(const std::shared_ptr<HookLane>& lane, HookEvent event);

    /// Waits until every hook job has ended, closing events included. False when `timeoutMs` passed first.
    bool drain(std::int64_t timeoutMs) { return context_.openJobs.waitForNone(timeoutMs); }

    const HookCounters& counters() const { return context_.counters; }
    /// Where whoever refuses says so.
    Refusals& refusals() { return context_.refusals; }
    const HookStatistics& statistics() const { return context_.statistics; }

    /// After a reload: forgets what the backends of a vhost have said whose hooks are not those of before.
    void forgetChanged(const config::Config& before, const config::Config& now);

    /// What counts beside the backends' answers.
    HookPolicies& policies() { return context_.policies; }

    std::size_t openJobs() const { return context_.openJobs.count(); }

  private:
    HookContext context_;
    std::shared_ptr<Courier> courier_; ///< null: nothing is kept
    PullGate pulls_;
};

} // namespace hookcast::hooks
