#pragma once

#include "base/Result.h"
#include "hooks/AnswerData.h"
#include "hooks/HookEvent.h"
#include "hooks/HookLane.h"
#include "hooks/HookTarget.h"
#include "hooks/Inquiry.h"
#include "hooks/Shadow.h"
#include "hooks/StreamClients.h"
#include "hooks/Ticket.h"
#include "net/Timer.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace hookcast::hooks {

/// The ticket, or why there is none, in words that a client may read: nothing of a backend's answer but what it has
/// for him.
using OnVerdict = std::function<void(base::Result<Ticket>)>;

/// Asks the targets of one opening event, one after another, until one refuses. Loop thread only.
class OpeningJob final : public HookJob, public std::enable_shared_from_this<OpeningJob> {
  public:
    /// `seat`: of a client that wants to publish or play. `use`: what of the answers' data counts.
    OpeningJob(HookEvent event, StreamClients::Seat seat, DataUse use, OnVerdict onVerdict);

    void start(std::shared_ptr<HookLane> lane) override;

    /// Nobody waits for the verdict any more: a target whose call has not begun is not asked, nor any further one, and
    /// whoever says or has said yes is told of the end.
    void cancel();

    /// Somebody waits for the verdict, and has not got it.
    bool isAwaited() const { return onVerdict_ != nullptr; }

  private:
    /// Why there is no ticket: nothing but `forClient` leaves for the session.
    struct Refusal {
        std::string forBackends; ///< that had said yes before
        std::string forClient;
    };

    template <typename Step>
    void guarded(Step step);
    void fail(const char* why);
    void waitForTheCourier();
    void begin();
    void keep();
    void askNext();
    void onAnswer(const Verdict& verdict);
    void admit();
    void refuse(const Refusal& refusal);
    void end(const Refusal& refusal);
    void tellEnd(const std::string& reason);
    void leaveLane();
    void deliver(base::Result<Ticket> verdict);
    std::unique_ptr<Ticket::Opening> makeOpening();

    // given
    HookEvent event_;
    DataUse use_;
    OnVerdict onVerdict_;
    // owned
    StreamClients::Seat seat_;           ///< until the ticket has it
    std::optional<net::Timer> patience_; ///< on the lane's loop; what it is armed with owns this job
    // state
    std::shared_ptr<HookLane> lane_; ///< from the start
    HookTargets targets_;
    SpoolNumber number_ = 0;         ///< 0: it is not kept
    std::weak_ptr<Inquiry> inquiry_; ///< that is out
    std::shared_ptr<Shadow> shadow_; ///< until the verdict is known
    AnswerData data_;                ///< of those that have said yes
    std::size_t accepted_ = 0;       ///< so many of targets_, from the first, have said yes
    bool retried_ = false;
    bool cancelled_ = false;
    bool hasEnded_ = false;
};

} // namespace hookcast::hooks
