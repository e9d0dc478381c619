#include "hooks/ClosingJob.h"

#include "hooks/Courier.h"

#include <utility>

namespace hookcast::hooks {

namespace {

bool wasNotDelivered(HookResponse::Outcome outcome) {
    return wasNobodyReached(outcome) || outcome == HookResponse::Outcome::QueueFull;
}

} // namespace

ClosingJob::ClosingJob(HookEvent event, HookTargets targets, SpoolNumber number)
    : event_(std::move(event)), targets_(std::move(targets)), number_(number) {}

void ClosingJob::start(std::shared_ptr<HookLane> lane) {
    lane_ = std::move(lane);
    retry_.emplace(lane_->loop());
    const Courier* courier = lane_->context().courier;
    if (courier != nullptr && courier->owes(event_.client->id()) && leave()) return;
    callNext();
}

/// To the courier, from the target on whose turn it is: false where it is not kept.
bool ClosingJob::leave() {
    Courier* courier = lane_->context().courier;
    if (courier == nullptr || number_ == 0) return false;
    courier->take(number_, static_cast<std::uint32_t>(next_), targets_[next_], event_);
    lane_->jobEnded();
    return true;
}

void ClosingJob::settle(bool isTold) {
    if (number_ != 0) lane_->context().spool->settle(number_, isTold);
}

void ClosingJob::callNext() {
    while (next_ < targets_.size()) {
        ++attempts_;
        if (call()) return;
    }
    settle(hasToldAny_);
    lane_->jobEnded();
}

/// False: there was no calling this target, and no waiting for a better time either. It is passed over.
bool ClosingJob::call() {
    try {
        lane_->call(targets_[next_], event_, [self = shared_from_this()](const HookResponse& response) {
            try {
                self->onResponse(response);
            } catch (const std::exception& e) {
                self->lane_->context().log.error(self->lane_->who(), "internal error: a hook's answer: {}", e.what());
                self->finishTarget(); // it has been told
            }
        });
        return true;
    } catch (const std::exception& e) {
        lane_->context().log.error(lane_->who(), "internal error: a hook could not be called: {}", e.what());
    }
    try {
        if (attempts_ < kAttempts) {
            retryLater();
            return true;
        }
    } catch (const std::exception&) { // counted as lost
    }
    lane_->context().counters.closingsLost.fetch_add(1, std::memory_order_relaxed);
    ++next_;
    attempts_ = 0;
    return false;
}

void ClosingJob::retryLater() {
    retry_->runAfter(kFirstRetryMs << (attempts_ - 1), [self = shared_from_this()] { self->callNext(); });
}

void ClosingJob::onResponse(const HookResponse& response) {
    const HookTarget& target = targets_[next_];
    const Judgement judged = target.dialect->judge(event_.action(), response);
    if (judged) {
        hasToldAny_ = true;
        lane_->noteCall(event_, target, response, "told", "");
    } else if (wasNotDelivered(response.outcome) && attempts_ < kAttempts) {
        lane_->noteCall(event_, target, response, "retry", judged.error().message);
        retryLater();
        return;
    } else if (hasFailed(response) && number_ != 0 && lane_->context().courier != nullptr) {
        lane_->noteCall(event_, target, response, "later", judged.error().message);
        leave();
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
