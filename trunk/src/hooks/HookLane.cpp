#include "hooks/HookLane.h"

#include "hooks/AnswerText.h"

#include <fmt/format.h>

#include <optional>
#include <stdexcept>
#include <utility>

namespace hookcast::hooks {

HookLane::HookLane(HookContext& context, net::Loop& loop, std::shared_ptr<const config::VhostConfig> vhost,
                   std::string who, PullRightPtr right)
    : context_(context), loop_(loop), vhost_(std::move(vhost)), who_(std::move(who)), right_(std::move(right)) {}

void HookLane::append(std::shared_ptr<HookJob> job) {
    loop_.assertCurrent();
    waiting_.push_back(std::move(job));
    try {
        if (!running_ && !held_) startNext();
    } catch (...) {
        waiting_.pop_back();
        throw;
    }
    context_.openJobs.begin(); // it runs in a later turn
}

void HookLane::appendNext(std::shared_ptr<HookJob> job) {
    loop_.assertCurrent();
    waiting_.push_front(std::move(job));
    try {
        if (!running_ && !held_) startNext();
    } catch (...) {
        waiting_.pop_front();
        throw;
    }
    context_.openJobs.begin();
}

void HookLane::follow(HookLane& earlier) {
    loop_.assertCurrent();
    if (!earlier.running_ && !earlier.held_) return;
    held_ = true;
    earlier.follower_ = shared_from_this();
}

void HookLane::jobEnded() {
    loop_.assertCurrent();
    running_ = false;
    context_.openJobs.end();
    goOn();
}

/// As startNext(), for what nobody would try again: where there is no memory for a post, the next job begins here.
void HookLane::goOn() {
    try {
        startNext();
    } catch (const std::exception&) {
        const std::shared_ptr<HookJob> job = waiting_.front();
        waiting_.pop_front();
        running_ = true;
        job->start(shared_from_this());
    }
}

void HookLane::startNext() {
    if (waiting_.empty()) {
        if (const std::shared_ptr<HookLane> follower = std::move(follower_)) {
            follower->held_ = false;
            follower->goOn();
        }
        return;
    }
    // By post: a job that ends at once must not nest the next one into it. Where there is no memory for that, it is
    // still the first that waits.
    loop_.post([self = shared_from_this(), job = waiting_.front()] { job->start(self); });
    running_ = true;
    waiting_.pop_front();
}

CallId HookLane::call(const HookTarget& target, const HookEvent& event,
                      std::function<void(const HookResponse&)> onResponse) {
    context_.counters.calls.fetch_add(1, std::memory_order_relaxed);
    context_.statistics.begin(target.url);
    // Nothing of the session stays with the transport, on whose thread it must not die: the loop takes it out. Until
    // then it is here, as the transport comes again where there was no memory for the post.
    struct Waiting {
        std::shared_ptr<HookLane> self;
        std::function<void(const HookResponse&)> onResponse;
        std::string advisedUrl; ///< empty: none
    };
    const std::string advisedUrl = DialectAdvice::concerns(target) ? target.url : std::string();
    const auto waiting = std::make_shared<Waiting>(Waiting{shared_from_this(), std::move(onResponse), advisedUrl});
    auto forward = [waiting, &loop = loop_](HookResponse response) {
        loop.post([waiting, response = std::move(response)] {
            const Waiting taken = std::move(*waiting);
            taken.onResponse(response);
            const HookLane& lane = *taken.self;
            if (!taken.advisedUrl.empty()) lane.context_.dialectAdvice.consider(taken.advisedUrl, response, lane.who_);
        });
    };
    try {
        HookRequest request = requestFor(target, event);
        if (context_.log.wants(base::LogLevel::Verbose, who_))
            context_.log.verbose(who_, "hook {} stream={} url={} asked", target.dialect->directiveOf(event.action()),
                                 base::printable(subjectOf(event)), base::withoutSecrets(target.url));
        return context_.transport.call(std::move(request), std::move(forward));
    } catch (const std::exception&) { // it has not been called
        context_.statistics.withdraw(target.url);
        throw;
    }
}

void HookLane::withdraw(CallId call) {
    context_.transport.withdraw(call);
}

void HookLane::noteCall(const HookEvent& event, const HookTarget& target, const HookResponse& response,
                        std::string_view verdict, std::string_view reason) const {
    if (countCall(target, response, reason.empty())) writeVerdict(event, target, response, verdict, reason);
}

void HookLane::writeVerdict(const HookEvent& event, const HookTarget& target, const HookResponse& response,
                            std::string_view verdict, std::string_view reason) const {
    // Each client has one every few seconds.
    const bool isUsual = event.action() == HookAction::Update;
    const base::LogLevel level = !reason.empty() ? base::LogLevel::Warn
                                 : isUsual       ? base::LogLevel::Verbose
                                                 : base::LogLevel::Trace;
    if (!context_.log.wants(level, who_)) return;
    base::LogParts parts;
    parts.add("stream", subjectOf(event)).add("url", base::cutSecrets(target.url)).add("status", response.status);
    parts.add("verdict", verdict).add("reason", reason.empty() ? "-" : reason).add("ms", response.elapsedMs);
    const std::string_view name = target.dialect->directiveOf(event.action());
    const std::string text = fmt::format("hook {} {}", name, parts.text());
    context_.log.line(level, who_, text, parts.add("event", name));
}

void HookLane::noteRefusal(const HookEvent& event, const HookTarget& target, const HookResponse& response,
                           const Fault& fault) const {
    if (countCall(target, response, false)) writeRefusal(event, target, response, fault);
}

void HookLane::writeRefusal(const HookEvent& event, const HookTarget& target, const HookResponse& response,
                            const Fault& fault) const {
    const ClientInfo& client = *event.client;
    RefusalLine line;
    line.who = who_;
    line.event = target.dialect->directiveOf(event.action());
    line.stream = subjectOf(event);
    line.ip = client.ip();
    line.number = client.number();
    line.id = client.id();
    line.cause = fault.cause;
    line.reason = fault.message;
    line.url = target.url;
    line.elapsedMs = response.elapsedMs;
    if (response.outcome == HookResponse::Outcome::Answered) line.backendMessage = messageIn(response.body);
    context_.refusals.tell(line, loop_.clock().monotonicMs());
}

void HookLane::noteOwed(const HookEvent& event) const {
    const ClientInfo& client = *event.client;
    RefusalLine line;
    line.who = who_;
    line.event = nameOf(event.action());
    line.stream = subjectOf(event);
    line.ip = client.ip();
    line.number = client.number();
    line.id = client.id();
    line.cause = RefusalCause::Owed;
    line.reason = "the backends have still to be told how the client's last stream ended";
    context_.refusals.tell(line, loop_.clock().monotonicMs());
}

HookTargets HookLane::openings(const HookEvent& opening) const {
    if (right_ == nullptr) return openingTargets(context_, vhost_, opening);
    if (!right_->permits(opening)) throw std::logic_error("a pull asks for what it has no right to");
    return {};
}

HookTargets HookLane::shadows(const HookEvent& opening) const {
    return right_ == nullptr ? shadowTargets(context_, vhost_, opening) : HookTargets();
}

HookTargets HookLane::closings(const HookEvent& opening) const {
    return right_ == nullptr ? closingTargets(context_, vhost_, opening) : HookTargets();
}

SpoolNumber HookLane::owe(const HookEvent& event, const HookTargets& targets, SpoolNumber opening) const {
    return context_.spool == nullptr ? 0 : context_.spool->owe(event, keptTargets(targets), opening);
}

/// False for a call that never began.
bool HookLane::countCall(const HookTarget& target, const HookResponse& response, bool saidYes) const {
    if (response.outcome == HookResponse::Outcome::Withdrawn) {
        context_.counters.withdrawn.fetch_add(1, std::memory_order_relaxed);
        context_.statistics.withdraw(target.url);
        return false;
    }
    if (response.outcome == HookResponse::Outcome::QueueFull)
        context_.counters.outOfRoom.fetch_add(1, std::memory_order_relaxed);
    context_.statistics.end(target.url, response, saidYes);
    return true;
}

} // namespace hookcast::hooks
