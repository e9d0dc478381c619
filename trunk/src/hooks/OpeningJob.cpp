#include "hooks/OpeningJob.h"

#include "hooks/ClosingJob.h"
#include "hooks/Courier.h"

#include <exception>
#include <utility>

namespace hookcast::hooks {

namespace {

const std::string kRefused = "refused by hook";
/// Short enough to need no memory.
constexpr const char* kInternalError = "internal error";
constexpr const char* kClientLeft = "the client left before the verdict";

} // namespace

OpeningJob::OpeningJob(HookEvent event, StreamClients::Seat seat, DataUse use, OnVerdict onVerdict)
    : event_(std::move(event)), use_(use), onVerdict_(std::move(onVerdict)), seat_(std::move(seat)) {
    if (auto* play = std::get_if<HookEvent::Play>(&event_.what)) play->clients = seat_.number();
}

void OpeningJob::start(std::shared_ptr<HookLane> lane) {
    lane_ = std::move(lane);
    guarded([this] {
        if (cancelled_) {
            leaveLane();
            return;
        }
        targets_ = lane_->openings(event_);
        const Courier* courier = lane_->context().courier;
        if (courier != nullptr && courier->owes(event_.client->id()) && !targets_.empty())
            waitForTheCourier();
        else
            begin();
    });
}

/// The backends have to hear first what the client did before. As long as a call may take.
void OpeningJob::waitForTheCourier() {
    patience_.emplace(lane_->loop());
    patience_->runAfter(targets_.front().terms->timeoutMs, [self = shared_from_this()] {
        self->guarded([&] {
            self->lane_->noteOwed(self->event_);
            self->refuse({.forBackends = kRefused, .forClient = kRefused});
        });
    });
    lane_->context().courier->whenSettled(event_.client->id(), [weak = weak_from_this(), &loop = lane_->loop()] {
        loop.post([weak] {
            const auto self = weak.lock();
            if (self == nullptr || !self->patience_->isArmed()) return;
            self->patience_->cancel();
            self->guarded([&] { self->begin(); });
        });
    });
}

void OpeningJob::begin() {
    if (cancelled_) {
        leaveLane();
        return;
    }
    keep();
    shadow_ = Shadow::ask(lane_, event_);
    askNext();
}

/// Before the first URL is asked: whoever may say yes has to hear of the end.
void OpeningJob::keep() {
    if (lane_->context().spool == nullptr || lane_->pullRight() != nullptr) return;
    const KeptTargets closings = keptClosings(lane_->context(), lane_->vhost(), event_, targets_.size());
    if (!closings.empty()) number_ = lane_->context().spool->open(event_, closings, targets_.empty() ? 0 : 1);
}

/// A step that throws refuses: the client must not wait for what does not come, nor the jobs behind this one.
template <typename Step>
void OpeningJob::guarded(Step step) {
    try {
        step();
    } catch (const std::exception& e) {
        fail(e.what());
    }
}

void OpeningJob::fail(const char* why) {
    lane_->context().log.error(lane_->who(), "internal error: a step of a hook threw, which refuses: {}", why);
    if (hasEnded_) return;
    lane_->context().counters.refused.fetch_add(1, std::memory_order_relaxed);
    try {
        tellEnd(kInternalError);
    } catch (const std::exception&) {
        lane_->context().counters.closingsLost.fetch_add(1, std::memory_order_relaxed);
    }
    if (isAwaited()) deliver(base::Error{kInternalError});
    leaveLane();
}

void OpeningJob::cancel() {
    cancelled_ = true;
    onVerdict_ = nullptr;
    if (patience_ && patience_->isArmed())
        patience_->runAfter(0, [self = shared_from_this()] { self->guarded([&] { self->leaveLane(); }); });
    if (const auto inquiry = inquiry_.lock()) inquiry->cancel();
}

void OpeningJob::askNext() {
    if (accepted_ == targets_.size()) {
        admit();
        return;
    }
    if (accepted_ > 0 && number_ != 0)
        lane_->context().spool->askFurther(number_, static_cast<std::uint32_t>(accepted_ + 1));
    const auto inquiry = std::make_shared<Inquiry>(
        *lane_, targets_[accepted_], event_, !retried_,
        [self = shared_from_this()](const Verdict& verdict) { self->guarded([&] { self->onAnswer(verdict); }); });
    inquiry_ = inquiry;
    inquiry->start();
}

void OpeningJob::onAnswer(const Verdict& verdict) {
    inquiry_.reset();
    retried_ = retried_ || verdict.hasRetried;
    // What no backend has said, a shadow cannot say otherwise.
    if (verdict.isByFailure || verdict.isWithdrawn) shadow_.reset();
    if (!verdict.broken.empty()) {
        fail(verdict.broken.c_str());
        return;
    }
    // Whoever has said yes is told of the end, whatever happens here.
    if (verdict.judged) {
        ++accepted_;
        data_.add(verdict.data);
    }
    if (verdict.isWithdrawn) {
        end({.forBackends = kClientLeft, .forClient = kClientLeft});
        return;
    }
    if (!verdict.judged) {
        if (const auto shadow = std::move(shadow_)) shadow->onReal(false);
        // What went wrong is for the log and the other backends. An answer may be anything, a stack trace with a
        // password for example, and the transport's own words tell where the backend is.
        refuse({.forBackends = std::string(kRefused) + ": " +
                               (verdict.isAnswered ? verdict.judged.error().message : "the backend gave no answer"),
                .forClient = verdict.forClient.empty() ? kRefused : std::string(kRefused) + ": " + verdict.forClient});
        return;
    }
    if (cancelled_)
        refuse({.forBackends = kClientLeft, .forClient = kClientLeft});
    else
        askNext();
}

void OpeningJob::admit() {
    if (const auto shadow = std::move(shadow_)) shadow->onReal(true);
    Ticket ticket(makeOpening());
    accepted_ = 0; // who has said yes is told of the end by the ticket
    lane_->context().counters.admitted.fetch_add(1, std::memory_order_relaxed);
    // A cancel after the last yes: the ticket dies here, and its closing event leaves.
    if (cancelled_)
        ticket.setReason(kClientLeft);
    else
        deliver(std::move(ticket));
    leaveLane();
}

void OpeningJob::refuse(const Refusal& refusal) {
    lane_->context().counters.refused.fetch_add(1, std::memory_order_relaxed);
    end(refusal);
}

void OpeningJob::end(const Refusal& refusal) {
    tellEnd(refusal.forBackends);
    if (!cancelled_) deliver(base::Error{refusal.forClient});
    leaveLane();
}

/// To those who had said yes. Once.
void OpeningJob::tellEnd(const std::string& reason) {
    const std::uint64_t clientsLeft = seat_.leave().value_or(0);
    HookTargets told;
    if (accepted_ > 0) told = closingTargets(lane_->context(), lane_->vhost(), event_, accepted_);
    if (!told.empty()) {
        Closing closing;
        closing.reason = reason;
        closing.clientsLeft = clientsLeft;
        HookEvent end = endOf(event_, std::move(closing));
        const SpoolNumber number = lane_->owe(end, told, number_);
        lane_->appendNext(std::make_shared<ClosingJob>(std::move(end), std::move(told), number));
    } else if (number_ != 0) {
        lane_->context().spool->forget(number_);
    }
    accepted_ = 0;
}

void OpeningJob::leaveLane() {
    hasEnded_ = true;
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
    } catch (...) {
        lane_->context().log.error(lane_->who(), "internal error: the taker of a verdict threw what is no exception");
    }
}

std::unique_ptr<Ticket::Opening> OpeningJob::makeOpening() {
    auto opening = std::make_unique<Ticket::Opening>();
    opening->lane = lane_;
    opening->event = std::make_shared<const HookEvent>(event_);
    opening->openedAtMs = lane_->loop().clock().monotonicMs();
    opening->seat = std::move(seat_);
    opening->number = number_;
    AnswerData data = data_.forUse(use_);
    if (!data.stream.empty() && data.stream == event_.stream().name) data.stream.clear();
    if (!data.isEmpty()) opening->data = std::make_unique<const AnswerData>(std::move(data));
    return opening;
}

} // namespace hookcast::hooks
