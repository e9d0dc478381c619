#include "hooks/ClosingJob.h"

#include <utility>

namespace hookcast::hooks {

namespace {

bool wasNotDelivered(HookResponse::Outcome outcome) {
    return wasNobodyReached(outcome) || outcome == HookResponse::Outcome::QueueFull;
}

} // namespace

ClosingJob::ClosingJob(HookEvent event, HookTargets targets) : event_(std::move(event)), targets_(std::move(targets)) {}

void ClosingJob::start(std::shared_ptr<HookLane> lane) {
    lane_ = std::move(lane);
    retry_.emplace(lane_->loop());
    callNext();
}

void ClosingJob::callNext() {
    if (next_ == targets_.size()) {
        lane_->jobEnded();
        return;
    }
    ++attempts_;
    lane_->call(targets_[next_], event_,
                [self = shared_from_this()](const HookResponse& response) { self->onResponse(response); });
}

void ClosingJob::onResponse(const HookResponse& response) {
    const HookTarget& target = targets_[next_];
    const Judgement judged = target.dialect->judge(event_.action(), response);
    if (judged) {
        lane_->noteCall(event_, target, response, "told", "");
    } else if (wasNotDelivered(response.outcome) && attempts_ < kAttempts) {
        lane_->noteCall(event_, target, response, "retry", judged.error().message);
        retry_->runAfter(kFirstRetryMs << (attempts_ - 1), [self = shared_from_this()] { self->callNext(); });
        return;
    } else {
        if (response.outcome != HookResponse::Outcome::Answered)
            lane_->context().counters.closingsLost.fetch_add(1, std::memory_order_relaxed);
        lane_->noteCall(event_, target, response, "failed", judged.error().message);
    }
    finishTarget();
}

void ClosingJob::finishTarget() {
    ++next_;
    attempts_ = 0;
    callNext();
}

} // namespace hookcast::hooks
