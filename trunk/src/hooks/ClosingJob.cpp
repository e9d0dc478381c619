#include "hooks/ClosingJob.h"

#include <utility>

namespace hookcast::hooks {

namespace {

bool wasNotDelivered(HookResponse::Outcome outcome) {
    return outcome == HookResponse::Outcome::ConnectFailed || outcome == HookResponse::Outcome::QueueFull;
}

} // namespace

ClosingJob::ClosingJob(HookEvent event, std::vector<std::string> urls)
    : event_(std::move(event)), urls_(std::move(urls)) {}

void ClosingJob::start(std::shared_ptr<HookLane> lane) {
    lane_ = std::move(lane);
    body_ = lane_->write(event_);
    callNext();
}

void ClosingJob::callNext() {
    if (next_ == urls_.size()) {
        lane_->jobEnded();
        return;
    }
    ++attempts_;
    lane_->call(urls_[next_], body_,
                [self = shared_from_this()](const HookResponse& response) { self->onResponse(response); });
}

void ClosingJob::onResponse(const HookResponse& response) {
    const base::Result<void> judged = SrsJsonDialect::judge(response);
    if (judged) {
        lane_->logCall(event_.action, urls_[next_], response, "told", "");
    } else if (wasNotDelivered(response.outcome) && attempts_ < kAttempts) {
        lane_->logCall(event_.action, urls_[next_], response, "retry", judged.error().message);
        lane_->loop().runAfter(kFirstRetryMs << (attempts_ - 1), [self = shared_from_this()] { self->callNext(); });
        return;
    } else {
        if (response.outcome != HookResponse::Outcome::Answered)
            lane_->context().counters.closingsLost.fetch_add(1, std::memory_order_relaxed);
        lane_->logCall(event_.action, urls_[next_], response, "failed", judged.error().message);
    }
    finishUrl();
}

void ClosingJob::finishUrl() {
    ++next_;
    attempts_ = 0;
    callNext();
}

} // namespace hookcast::hooks
