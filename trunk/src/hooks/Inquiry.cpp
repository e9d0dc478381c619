#include "hooks/Inquiry.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <utility>

namespace hookcast::hooks {

namespace {

config::Opening openingOf(HookAction action) {
    switch (action) {
    case HookAction::Connect: return config::Opening::Connect;
    case HookAction::Publish: return config::Opening::Publish;
    case HookAction::Play: return config::Opening::Play;
    default: throw std::logic_error("only openings are asked about");
    }
}

/// An answer that is none to the question, such as another server's page, says nothing about the client.
bool isVerdict(const Judgement& judged) {
    return judged || judged.error().cause == RefusalCause::Code || judged.error().cause == RefusalCause::HttpStatus;
}

} // namespace

config::OnFailure onFailureOf(const HookTarget& target, HookAction opening) {
    return target.policy->onFailure(openingOf(opening));
}

bool isFailure(const HookResponse& response) {
    using Outcome = HookResponse::Outcome;
    return hasFailed(response) && response.outcome != Outcome::Withdrawn && response.outcome != Outcome::Stopped;
}

Inquiry::Inquiry(HookLane& lane, const HookTarget& target, const HookEvent& event, bool mayRetry, OnVerdict onVerdict)
    : lane_(lane), target_(target), event_(event), onFailure_(onFailureOf(target, event.action())), mayRetry_(mayRetry),
      onVerdict_(std::move(onVerdict)) {}

void Inquiry::start() {
    const HookPolicies& policies = lane_.context().policies;
    if (target_.policy->cachesVerdicts || onFailure_ == config::OnFailure::Last) {
        key_ = verdictKeyOf(target_.url, event_);
        lastGeneration_ = policies.last.generation();
        keptGeneration_ = policies.kept.generation();
    }
    if (isDecided() || joins()) return;
    enter();
}

/// By a verdict that is kept.
bool Inquiry::isDecided() {
    if (!target_.policy->cachesVerdicts) return false;
    const std::optional<KeptVerdict> kept = lane_.context().policies.kept.find(*key_, nowMs());
    if (kept) takeKept(*kept);
    return kept.has_value();
}

/// Whether another one asks the same already, whose answer may do for both.
bool Inquiry::joins() {
    if (!target_.policy->cachesVerdicts) return false;
    // Dies on the loop alone, as what it was to do is moved there.
    const auto waiting = std::make_shared<std::shared_ptr<Inquiry>>(shared_from_this());
    lead_ = lane_.context().policies.questions.join(key_->question, [waiting, &lane = lane_] {
        try {
            lane.loop().post([waiting] { std::exchange(*waiting, nullptr)->onOthersAnswer(); });
        } catch (const std::exception&) {
            lane.context().log.error(lane.who(), "internal error: there is no memory to go on with a hook");
        }
    });
    if (lead_) waiting->reset();
    return !lead_;
}

void Inquiry::onOthersAnswer() {
    try {
        if (cancelled_) {
            Verdict withdrawn;
            withdrawn.judged = Fault{RefusalCause::Stopping, "the client left"};
            withdrawn.isWithdrawn = true;
            tell(withdrawn);
            return;
        }
        // Once: of a backend that hangs nobody waits for one after another.
        if (!isDecided()) enter();
    } catch (const std::exception& e) {
        fail(e);
    }
}

void Inquiry::enter() {
    HookPolicies& policies = lane_.context().policies;
    auto pass = policies.breakers.enter(target_.url, target_.policy->breaker, nowMs());
    if (!pass) {
        lane_.context().statistics.count(target_.url, &HookStatistics::Figures::unasked);
        takeFailure({RefusalCause::Breaker, "not asked, as it has failed too often in a row"}, nullptr);
        return;
    }
    pass_ = std::move(*pass);
    ask();
}

void Inquiry::ask() {
    call_ = lane_.call(target_, event_, [self = shared_from_this()](const HookResponse& response) {
        try {
            self->onResponse(response);
        } catch (const std::exception& e) {
            self->fail(e);
        }
    });
}

void Inquiry::fail(const std::exception& e) {
    Verdict broken;
    broken.broken = e.what();
    tell(broken);
}

void Inquiry::cancel() {
    cancelled_ = true;
    if (call_) lane_.withdraw(*call_);
}

void Inquiry::onResponse(const HookResponse& response) {
    call_.reset();
    const Judgement judged = target_.dialect->judge(event_.action(), response);
    const bool mayRetry = mayRetry_ && !retried_ && !cancelled_ && !pass_.isTrial();
    if (!judged && wasNobodyReached(response.outcome) && mayRetry) {
        // A backend that just restarts costs its clients nothing; a dead one costs them one more refused connect.
        retried_ = true;
        lane_.noteCall(event_, target_, response, "retry", judged.error().message);
        ask();
        return;
    }
    endPass(response);
    if (!judged && isFailure(response)) {
        takeFailure(judged.error(), &response);
        return;
    }
    if (judged)
        lane_.noteCall(event_, target_, response, "admitted", "");
    else
        lane_.noteRefusal(event_, target_, response, judged.error());
    const Verdict verdict = verdictOf(response, judged);
    remember(response, verdict);
    tell(verdict);
}

/// What the call says about its URL: nothing, where it was not made.
void Inquiry::endPass(const HookResponse& response) {
    using Outcome = HookResponse::Outcome;
    const bool wasMade = response.outcome != Outcome::Withdrawn && response.outcome != Outcome::Stopped &&
                         response.outcome != Outcome::QueueFull;
    if (!wasMade) {
        pass_ = {};
        return;
    }
    const config::BreakerTerms& terms = target_.policy->breaker;
    switch (pass_.end(hasFailed(response), nowMs())) {
    case Breakers::Change::Opened:
        lane_.context().log.warn("hooks",
                                 "{} has failed {} times in a row: it is not asked for {} ms, then one call tries it",
                                 base::withoutSecrets(target_.url), terms.failures, terms.openMs);
        break;
    case Breakers::Change::Closed:
        lane_.context().log.trace("hooks", "{} answers again: it is asked as before",
                                  base::withoutSecrets(target_.url));
        break;
    case Breakers::Change::None: break;
    }
}

void Inquiry::takeKept(const KeptVerdict& kept) {
    lane_.context().statistics.count(target_.url, &HookStatistics::Figures::kept);
    Verdict verdict;
    verdict.judged = kept.judged;
    verdict.isAnswered = true;
    verdict.forClient = kept.forClient;
    verdict.data = kept.data;
    if (kept.judged)
        lane_.writeVerdict(event_, target_, {}, "admitted_by_kept_verdict", "");
    else
        lane_.writeRefusal(event_, target_, {},
                           {kept.judged.error().cause, "its verdict is kept: " + kept.judged.error().message});
    tell(verdict);
}

/// `response`: null where it was not asked.
void Inquiry::takeFailure(Fault fault, const HookResponse* response) {
    Verdict verdict;
    verdict.isByFailure = true;
    verdict.hasRetried = retried_;
    verdict.isAnswered = response != nullptr && response->outcome == HookResponse::Outcome::Answered;
    bool isAdmitted = onFailure_ == config::OnFailure::Allow;
    if (onFailure_ == config::OnFailure::Last) {
        const std::optional<KeptVerdict> last = lastVerdict();
        isAdmitted = last && last->judged;
        if (isAdmitted) verdict.data = last->data;
        if (!last) {
            fault.message += "; on_failure last: no verdict is remembered";
        } else if (!last->judged) {
            fault.message += "; on_failure last: " + last->judged.error().message;
            verdict.forClient = last->forClient;
        }
    }
    // Whoever has left is let in by nobody.
    isAdmitted = isAdmitted && !cancelled_;
    if (response != nullptr) lane_.countCall(target_, *response, false);
    const HookResponse& shown = response == nullptr ? HookResponse() : *response;
    if (isAdmitted) {
        lane_.context().statistics.count(target_.url, &HookStatistics::Figures::admittedOnFailure);
        lane_.writeVerdict(event_, target_, shown, "admitted_on_failure", fault.message);
    } else {
        lane_.writeRefusal(event_, target_, shown, fault);
        verdict.judged = std::move(fault);
    }
    tell(verdict);
}

std::optional<KeptVerdict> Inquiry::lastVerdict() {
    return lane_.context().policies.last.find(*key_, nowMs());
}

void Inquiry::remember(const HookResponse& response, const Verdict& verdict) {
    if (!key_ || verdict.isWithdrawn || !isVerdict(verdict.judged)) return;
    const config::HookPolicy& policy = *target_.policy;
    HookPolicies& policies = lane_.context().policies;
    KeptVerdict kept{verdict.judged, verdict.forClient, verdict.data};
    if (!kept.data.stream.empty()) kept.otherStream = streamDigest(event_.client->place->app, kept.data.stream);
    if (onFailure_ == config::OnFailure::Last)
        policies.last.keep(*key_, kept, nowMs() + policy.lastTtlMs, policy.cacheSize, lastGeneration_);
    const std::int64_t keepMs = policy.cachesVerdicts ? target_.dialect->keepMs(response).value_or(0) : 0;
    if (keepMs > 0)
        policies.kept.keep(*key_, kept, nowMs() + std::min(keepMs, kMostKeptMs), policy.cacheSize, keptGeneration_);
}

Verdict Inquiry::verdictOf(const HookResponse& response, const Judgement& judged) const {
    Verdict verdict;
    verdict.judged = judged;
    verdict.isWithdrawn = response.outcome == HookResponse::Outcome::Withdrawn;
    verdict.isAnswered = response.outcome == HookResponse::Outcome::Answered;
    verdict.hasRetried = retried_;
    if (!judged && target_.showsMessage) verdict.forClient = target_.dialect->messageFor(response);
    if (judged && target_.readsData && event_.action() != HookAction::Connect) verdict.data = dataIn(response);
    return verdict;
}

/// What the backend does wrong has a line, and not one for each client.
AnswerData Inquiry::dataIn(const HookResponse& yes) const {
    AnswerDataReading reading = target_.dialect->dataIn(yes);
    for (const std::string& fault : reading.passedOver) {
        const std::string_view name = target_.dialect->directiveOf(event_.action());
        base::LogParts parts;
        parts.add("stream", subjectOf(event_)).add("url", base::cutSecrets(target_.url)).add("passed_over", fault);
        const std::string text = fmt::format("answer_data of {}: {}", name, parts.text());
        lane_.context().log.about(target_.url, fault, base::LogLevel::Warn, lane_.who(), nowMs(), text,
                                  parts.add("event", name));
    }
    return std::move(reading.data);
}

std::int64_t Inquiry::nowMs() const {
    return lane_.loop().clock().monotonicMs();
}

/// Once; what the taker throws is the taker's. What others wait for is kept by now, where it is.
void Inquiry::tell(const Verdict& verdict) {
    lead_.end();
    if (const OnVerdict taker = std::exchange(onVerdict_, nullptr)) taker(verdict);
}

} // namespace hookcast::hooks
