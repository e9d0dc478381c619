#include "hooks/OpeningJob.h"

#include "hooks/ClosingJob.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace hookcast::hooks {

namespace {

const std::vector<std::string>& openingUrls(const config::HooksConfig& hooks, HookAction action) {
    switch (action) {
    case HookAction::Publish: return hooks.onPublish;
    case HookAction::Play: return hooks.onPlay;
    default: return hooks.onConnect;
    }
}

const std::vector<std::string>& closingUrls(const config::HooksConfig& hooks, HookAction opening) {
    switch (opening) {
    case HookAction::Publish: return hooks.onUnpublish;
    case HookAction::Play: return hooks.onStop;
    default: return hooks.onClose;
    }
}

constexpr const char* kClientLeft = "the client left before the verdict";

} // namespace

std::vector<std::string> closingUrlsFor(const std::vector<std::string>& openingUrls, std::size_t accepted,
                                        const std::vector<std::string>& closingUrls) {
    std::vector<std::string> told;
    for (std::size_t i = 0; i < closingUrls.size(); ++i) {
        std::size_t owner = openingUrls.size();
        if (i < openingUrls.size() && openingUrls[i] == closingUrls[i]) {
            owner = i;
        } else {
            const auto same = std::find(openingUrls.begin(), openingUrls.end(), closingUrls[i]);
            if (same != openingUrls.end())
                owner = static_cast<std::size_t>(same - openingUrls.begin());
            else if (openingUrls.size() == closingUrls.size())
                owner = i;
        }
        if (owner == openingUrls.size() || owner < accepted) told.push_back(closingUrls[i]);
    }
    return told;
}

OpeningJob::OpeningJob(HookEvent event, OnVerdict onVerdict)
    : event_(std::move(event)), onVerdict_(std::move(onVerdict)) {}

void OpeningJob::start(std::shared_ptr<HookLane> lane) {
    lane_ = std::move(lane);
    if (cancelled_) {
        lane_->jobEnded();
        return;
    }
    if (lane_->hooks().enabled) urls_ = openingUrls(lane_->hooks(), event_.action);
    if (!urls_.empty()) body_ = lane_->write(event_);
    askNext();
}

void OpeningJob::cancel() {
    cancelled_ = true;
    onVerdict_ = nullptr;
}

void OpeningJob::askNext() {
    if (accepted_ == urls_.size()) {
        admit();
        return;
    }
    lane_->call(urls_[accepted_], body_,
                [self = shared_from_this()](const HookResponse& response) { self->onResponse(response); });
}

void OpeningJob::onResponse(const HookResponse& response) {
    const std::string& url = urls_[accepted_];
    const base::Result<void> judged = SrsJsonDialect::judge(response);
    if (!judged && response.outcome == HookResponse::Outcome::ConnectFailed && !retried_ && !cancelled_) {
        // A backend that just restarts costs its clients nothing; a dead one costs them one more refused connect.
        retried_ = true;
        lane_->logCall(event_.action, url, response, "retry", judged.error().message);
        askNext();
        return;
    }
    lane_->logCall(event_.action, url, response, judged ? "admitted" : "refused", judged ? "" : judged.error().message);
    if (!judged) {
        // The transport's own words tell where the backend is: they are for the log, not for the client.
        const bool answered = response.outcome == HookResponse::Outcome::Answered;
        refuse("refused by hook: " + (answered ? judged.error().message : "the backend gave no answer"));
        return;
    }
    ++accepted_;
    if (cancelled_)
        refuse(kClientLeft);
    else
        askNext();
}

void OpeningJob::admit() {
    lane_->context().counters.admitted.fetch_add(1, std::memory_order_relaxed);
    std::vector<std::string> closings;
    if (lane_->hooks().enabled) closings = closingUrls(lane_->hooks(), event_.action);
    Ticket ticket(makeOpening(std::move(closings)));
    // A cancel after the last yes: the ticket dies here, and its closing event leaves.
    if (cancelled_)
        ticket.setReason(kClientLeft);
    else
        deliver(std::move(ticket));
    lane_->jobEnded();
}

void OpeningJob::refuse(const std::string& reason) {
    lane_->context().counters.refused.fetch_add(1, std::memory_order_relaxed);
    if (accepted_ > 0) {
        HookEvent closing = event_;
        closing.action = closingOf(event_.action);
        closing.closing.reason = reason;
        const auto told = closingUrlsFor(urls_, accepted_, closingUrls(lane_->hooks(), event_.action));
        if (!told.empty()) lane_->appendNext(std::make_shared<ClosingJob>(std::move(closing), told));
    }
    if (!cancelled_) deliver(base::Error{reason});
    lane_->jobEnded();
}

void OpeningJob::deliver(base::Result<Ticket> verdict) {
    // The taker may cancel this very request: what it holds must outlive its call.
    const OnVerdict taker = std::exchange(onVerdict_, nullptr);
    try {
        taker(std::move(verdict));
    } catch (const std::exception& e) {
        // The lane must go on: the session's closing events are behind this job.
        lane_->context().log.error(lane_->who(), "internal error: the taker of a verdict threw: {}", e.what());
    }
}

std::unique_ptr<Ticket::Opening> OpeningJob::makeOpening(std::vector<std::string> closingUrls) {
    auto opening = std::make_unique<Ticket::Opening>();
    opening->lane = lane_;
    opening->event = event_;
    opening->closingUrls = std::move(closingUrls);
    opening->openedAtMs = lane_->loop().clock().monotonicMs();
    return opening;
}

} // namespace hookcast::hooks
