#include "hooks/Inquiry.h"

#include <exception>
#include <utility>

namespace hookcast::hooks {

Inquiry::Inquiry(HookLane& lane, const HookTarget& target, const HookEvent& event, bool mayRetry, OnVerdict onVerdict)
    : lane_(lane), target_(target), event_(event), mayRetry_(mayRetry), onVerdict_(std::move(onVerdict)) {}

void Inquiry::start() {
    ask();
}

void Inquiry::ask() {
    call_ = lane_.call(target_, event_, [self = shared_from_this()](const HookResponse& response) {
        try {
            self->onResponse(response);
        } catch (const std::exception& e) {
            Verdict broken;
            broken.broken = e.what();
            self->tell(broken);
        }
    });
}

void Inquiry::cancel() {
    cancelled_ = true;
    if (call_) lane_.withdraw(*call_);
}

void Inquiry::onResponse(const HookResponse& response) {
    call_.reset();
    const Judgement judged = target_.dialect->judge(event_.action(), response);
    if (!judged && wasNobodyReached(response.outcome) && mayRetry_ && !retried_ && !cancelled_) {
        // A backend that just restarts costs its clients nothing; a dead one costs them one more refused connect.
        retried_ = true;
        lane_.noteCall(event_, target_, response, "retry", judged.error().message);
        ask();
        return;
    }
    if (judged)
        lane_.noteCall(event_, target_, response, "admitted", "");
    else
        lane_.noteRefusal(event_, target_, response, judged.error());
    tell(verdictOf(response, judged));
}

Verdict Inquiry::verdictOf(const HookResponse& response, const Judgement& judged) const {
    Verdict verdict;
    verdict.judged = judged;
    verdict.isWithdrawn = response.outcome == HookResponse::Outcome::Withdrawn;
    verdict.isAnswered = response.outcome == HookResponse::Outcome::Answered;
    verdict.hasRetried = retried_;
    if (!judged && target_.showsMessage) verdict.forClient = target_.dialect->messageFor(response);
    return verdict;
}

/// Once; what the taker throws is the taker's.
void Inquiry::tell(const Verdict& verdict) {
    if (const OnVerdict taker = std::exchange(onVerdict_, nullptr)) taker(verdict);
}

} // namespace hookcast::hooks
