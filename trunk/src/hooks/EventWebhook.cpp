#include "hooks/EventWebhook.h"

#include "hooks/Signature.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace hookcast::hooks {

namespace {

constexpr const char* kWho = "webhook";
constexpr const char* kContentType = "application/json";
constexpr std::int64_t kMostDoublings = 20;

std::set<config::EventName> eventsOf(const config::WebhookConfig& webhook) {
    std::set<config::EventName> events;
    for (const std::string& word : webhook.events)
        if (const auto name = config::eventNamed(word)) events.insert(*name);
    return events;
}

/// A long answer to a batch is none the worse for it.
bool confirms(const HookResponse& response) {
    const bool whole =
        response.outcome == HookResponse::Outcome::Answered || response.outcome == HookResponse::Outcome::TooLarge;
    return whole && response.status >= 200 && response.status < 300;
}

/// A backend that does not want it will not want it later either.
bool refusesForGood(const HookResponse& response) {
    HookResponse whole = response;
    if (response.outcome == HookResponse::Outcome::TooLarge) whole.outcome = HookResponse::Outcome::Answered;
    return whole.status >= 400 && whole.status < 500 && !hasFailed(whole);
}

std::string bodyOf(const std::vector<EventQueue::Event>& events) {
    std::string body = "[";
    for (const EventQueue::Event& event : events) {
        if (body.size() > 1) body += ',';
        body += *event;
    }
    return body + ']';
}

std::string reasonOf(const HookResponse& response) {
    return response.outcome == HookResponse::Outcome::Answered ? fmt::format("status {}", response.status)
                                                               : response.error;
}

} // namespace

EventWebhook::EventWebhook(const config::WebhookConfig& webhook, std::shared_ptr<EventQueue> queue,
                           HookTransport& transport, net::Loop& loop, base::Log& log, Random random)
    : config_(webhook), shownUrl_(base::withoutSecrets(webhook.url)), wanted_(eventsOf(webhook)),
      queue_(std::move(queue)), transport_(transport), loop_(loop), log_(log), random_(std::move(random)) {
    figures_.url = shownUrl_;
}

/// Whoever has the queue next does not wait for an answer that nobody hears.
EventWebhook::~EventWebhook() {
    if (isCalling_) queue_->giveBack();
}

void EventWebhook::start() {
    if (config_.via == config::WebhookConfig::Via::Redis && !config_.consumer) return;
    loop_.post([weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->sendNext();
    });
}

bool EventWebhook::wants(const ServerEvent& event) const {
    if (event.pulseMs != 0 && event.pulseMs != config_.pulseMs) return false;
    // Not wanted_: a list of nothing but unknown names asks for nothing.
    return config_.events.empty() || wanted_.contains(event.name);
}

void EventWebhook::enqueue(std::uint64_t number, EventQueue::Event event) {
    if (!queue_->push(number, std::move(event))) return;
    std::optional<std::uint64_t> toLog;
    {
        const std::lock_guard lock(mutex_);
        toLog = dropGate_.admit(loop_.clock().monotonicMs());
    }
    if (toLog) log_.warn(kWho, "{}: {} events dropped, {} wait already", shownUrl_, *toLog, config_.queue);
}

void EventWebhook::hurry() {
    loop_.post([weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->hurryNow();
    });
}

void EventWebhook::hurryNow() {
    hurried_ = true;
    if (std::exchange(waitsToRetry_, false)) sendNext();
}

void EventWebhook::leave() {
    queue_->close();
    loop_.post([weak = weak_from_this()] {
        const auto self = weak.lock();
        if (self == nullptr) return;
        self->hurryNow();
        self->loop_.runAfterIfAlive(self->config_.flushMs, weak, [](EventWebhook& leaving) { leaving.giveUp(); });
    });
}

void EventWebhook::retire() {
    loop_.post([weak = weak_from_this()] {
        const auto self = weak.lock();
        if (self == nullptr) return;
        self->isRetired_ = true;
        self->waitsToRetry_ = false;
    });
}

void EventWebhook::giveUp() {
    loop_.assertCurrent();
    if (isRetired_) return;
    gaveUp_ = true;
    waitsToRetry_ = false;
    const std::uint64_t queued = queue_->figures().queued;
    const std::size_t lost = queue_->clear();
    if (lost > 0)
        log_.error(kWho, "{} is gone from the configuration, and {} events are lost: {}", shownUrl_, lost, whyHeld());
    if (config_.via == config::WebhookConfig::Via::Direct && queued > lost)
        log_.warn(kWho, "{} is gone from the configuration; {} events are kept in case it comes back: {}", shownUrl_,
                  queued - lost, whyHeld());
}

std::string EventWebhook::whyHeld() const {
    if (config_.via == config::WebhookConfig::Via::Redis) return "Redis has not taken them";
    const std::lock_guard lock(mutex_);
    return figures_.lastError.empty() ? "no answer yet" : figures_.lastError;
}

EventWebhookFigures EventWebhook::figures() const {
    EventWebhookFigures figures;
    {
        const std::lock_guard lock(mutex_);
        figures = figures_;
    }
    static_cast<EventQueue::Figures&>(figures) = queue_->figures();
    return figures;
}

void EventWebhook::sendNext() {
    loop_.assertCurrent();
    if (isCalling_ || waitsToRetry_ || isRetired_ || gaveUp_) return;
    const auto onReady = [weak = weak_from_this(), &loop = loop_] {
        loop.post([weak] {
            if (const auto self = weak.lock()) self->sendNext();
        });
    };
    const std::vector<EventQueue::Event> events =
        queue_->take(again_ == 0 ? config_.batch : std::min<std::size_t>(again_, config_.batch), onReady);
    if (events.empty()) return;
    called_ = events.size();
    call(bodyOf(events));
}

void EventWebhook::call(std::string body) {
    isCalling_ = true;
    HookRequest request;
    request.id = idOfContent(body);
    request.body = std::move(body);
    request.url = config_.url;
    request.contentType = kContentType;
    request.timeoutMs = config_.calls.timeoutMs;
    request.terms = std::make_shared<config::CallTerms>(config_.calls);
    request.kind = CallKind::Tells;
    transport_.call(std::move(request), [weak = weak_from_this(), &loop = loop_](HookResponse response) {
        loop.post([weak, response = std::move(response)] {
            if (const auto self = weak.lock()) self->onResponse(response);
        });
    });
}

void EventWebhook::onResponse(const HookResponse& response) {
    loop_.assertCurrent();
    if (gaveUp_ || response.outcome == HookResponse::Outcome::Stopped) return;
    isCalling_ = false;
    {
        const std::lock_guard lock(mutex_);
        if (response.status != 0) figures_.lastStatus = response.status;
    }
    if (confirms(response))
        confirmed();
    else if (refusesForGood(response))
        refused(response);
    else
        failed(response);
}

void EventWebhook::confirmed() {
    if (failuresInARow_ > 0)
        log_.trace(kWho, "{}: takes events again after {} failed calls", shownUrl_, failuresInARow_);
    failuresInARow_ = 0;
    again_ = 0;
    queue_->confirm();
    sendNext();
}

void EventWebhook::refused(const HookResponse& response) {
    noteFailure(fmt::format("status {}", response.status));
    failuresInARow_ = 0;
    again_ = 0;
    queue_->drop();
    if (const auto count = refusalGate_.admit(loop_.clock().monotonicMs()))
        log_.warn(kWho, "{}: {} events are refused for good ({} times), and dropped: status {}", shownUrl_, called_,
                  *count, response.status);
    sendNext();
}

void EventWebhook::noteFailure(const std::string& reason) {
    const std::lock_guard lock(mutex_);
    ++figures_.failures;
    figures_.lastError = reason;
}

void EventWebhook::failed(const HookResponse& response) {
    const std::string reason = reasonOf(response);
    const std::int64_t delayMs = retryDelayMs(response);
    ++failuresInARow_;
    again_ = called_;
    queue_->giveBack();
    noteFailure(reason);
    if (const auto count = failureGate_.admit(loop_.clock().monotonicMs()))
        log_.warn(kWho, "{}: events are not taken ({} times): {}; {} wait, the next attempt is in {} ms", shownUrl_,
                  *count, reason, queue_->figures().queued, delayMs);
    if (isRetired_) return;
    waitsToRetry_ = true;
    loop_.runAfterIfAlive(delayMs, weak_from_this(), [retry = ++retry_](EventWebhook& self) {
        if (retry == self.retry_ && std::exchange(self.waitsToRetry_, false)) self.sendNext();
    });
}

/// From half to the whole of a wait that doubles; longer where the backend asks for it, up to the longest of all.
std::int64_t EventWebhook::retryDelayMs(const HookResponse& response) {
    if (hurried_) return kHurriedRetryMs;
    const auto doublings = std::min<std::int64_t>(static_cast<std::int64_t>(failuresInARow_), kMostDoublings);
    const std::int64_t longestMs = std::min(kFirstRetryMs << doublings, config_.retryMs);
    const std::int64_t shortestMs = longestMs / 2;
    const std::int64_t delayMs =
        shortestMs + static_cast<std::int64_t>(random_() * static_cast<double>(longestMs - shortestMs));
    return std::max(delayMs, std::min(response.retryAfterMs.value_or(0), config_.retryMs));
}

} // namespace hookcast::hooks
