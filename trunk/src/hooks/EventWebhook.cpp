#include "hooks/EventWebhook.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

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

std::string reasonOf(const HookResponse& response) {
    return response.outcome == HookResponse::Outcome::Answered ? fmt::format("status {}", response.status)
                                                               : response.error;
}

} // namespace

EventWebhook::EventWebhook(const config::WebhookConfig& webhook, HookTransport& transport, net::Loop& loop,
                           base::Log& log, Random random)
    : config_(webhook), shownUrl_(base::withoutSecrets(webhook.url)), wanted_(eventsOf(webhook)), transport_(transport),
      loop_(loop), log_(log), random_(std::move(random)) {
    figures_.url = shownUrl_;
}

bool EventWebhook::wants(const ServerEvent& event) const {
    if (event.pulseMs != 0 && event.pulseMs != config_.pulseMs) return false;
    // Not wanted_: a list of nothing but unknown names asks for nothing.
    return config_.events.empty() || wanted_.contains(event.name);
}

void EventWebhook::enqueue(std::shared_ptr<const std::string> event) {
    std::optional<std::uint64_t> droppedToLog;
    bool wake = false;
    {
        const std::lock_guard lock(mutex_);
        ++figures_.posted;
        queue_.push_back(std::move(event));
        if (queue_.size() > config_.queue) {
            drop();
            droppedToLog = dropGate_.admit(loop_.clock().monotonicMs());
        }
        wake = !std::exchange(busy_, true);
    }
    if (droppedToLog)
        log_.warn(kWho, "{}: {} events dropped, {} wait already", shownUrl_, *droppedToLog, config_.queue);
    if (!wake) return;
    loop_.post([weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->sendNext();
    });
}

/// The oldest that is not on its way: what is in flight may have been heard already.
void EventWebhook::drop() {
    queue_.erase(queue_.begin() + static_cast<std::ptrdiff_t>(inFlight_));
    ++figures_.dropped;
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
    loop_.post([weak = weak_from_this()] {
        const auto self = weak.lock();
        if (self == nullptr) return;
        self->hurryNow();
        self->loop_.runAfterIfAlive(self->config_.flushMs, weak, [](EventWebhook& leaving) { leaving.giveUp(); });
    });
}

void EventWebhook::giveUp() {
    loop_.assertCurrent();
    gaveUp_ = true;
    waitsToRetry_ = false;
    std::size_t lost = 0;
    std::string reason;
    {
        const std::lock_guard lock(mutex_);
        lost = queue_.size();
        reason = figures_.lastError;
        figures_.dropped += lost;
        inFlight_ = 0;
        queue_.clear();
        emptied_.notify_all();
    }
    if (lost > 0)
        log_.error(kWho, "{} is gone from the configuration, and {} events are lost: {}", shownUrl_, lost,
                   reason.empty() ? "no answer yet" : reason);
}

bool EventWebhook::waitUntilSent(std::chrono::steady_clock::time_point until) {
    std::unique_lock lock(mutex_);
    return emptied_.wait_until(lock, until, [this] { return queue_.empty(); });
}

EventWebhookFigures EventWebhook::figures() const {
    const std::lock_guard lock(mutex_);
    EventWebhookFigures figures = figures_;
    figures.queued = queue_.size();
    return figures;
}

void EventWebhook::sendNext() {
    loop_.assertCurrent();
    HookRequest request;
    request.body = takeBatch();
    if (request.body.empty()) return;
    request.url = config_.url;
    request.contentType = kContentType;
    request.timeoutMs = config_.timeoutMs;
    request.caFile = config_.caFile;
    request.kind = CallKind::Tells;
    transport_.call(std::move(request), [weak = weak_from_this(), &loop = loop_](HookResponse response) {
        loop.post([weak, response = std::move(response)] {
            if (const auto self = weak.lock()) self->onResponse(response);
        });
    });
}

/// The body of the next call; empty when nothing waits.
std::string EventWebhook::takeBatch() {
    const std::lock_guard lock(mutex_);
    inFlight_ = std::min<std::size_t>(queue_.size(), config_.batch);
    if (inFlight_ == 0) {
        busy_ = false;
        return {};
    }
    std::string body = "[";
    for (std::size_t i = 0; i < inFlight_; ++i) {
        if (i > 0) body += ',';
        body += *queue_[i];
    }
    return body + ']';
}

void EventWebhook::onResponse(const HookResponse& response) {
    loop_.assertCurrent();
    if (gaveUp_ || response.outcome == HookResponse::Outcome::Stopped) return;
    {
        const std::lock_guard lock(mutex_);
        if (response.status != 0) figures_.lastStatus = response.status;
    }
    if (confirms(response))
        confirmed();
    else
        failed(response);
}

void EventWebhook::confirmed() {
    if (failuresInARow_ > 0)
        log_.trace(kWho, "{}: takes events again after {} failed calls", shownUrl_, failuresInARow_);
    failuresInARow_ = 0;
    {
        const std::lock_guard lock(mutex_);
        queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(inFlight_));
        figures_.sent += std::exchange(inFlight_, 0);
        if (queue_.empty()) emptied_.notify_all();
    }
    sendNext();
}

void EventWebhook::failed(const HookResponse& response) {
    const std::string reason = reasonOf(response);
    const std::int64_t delayMs = retryDelayMs();
    ++failuresInARow_;
    std::size_t waiting = 0;
    {
        const std::lock_guard lock(mutex_);
        inFlight_ = 0;
        ++figures_.failures;
        figures_.lastError = reason;
        waiting = queue_.size();
    }
    if (const auto count = failureGate_.admit(loop_.clock().monotonicMs()))
        log_.warn(kWho, "{}: events are not taken ({} times): {}; {} wait, the next attempt is in {} ms", shownUrl_,
                  *count, reason, waiting, delayMs);
    waitsToRetry_ = true;
    loop_.runAfterIfAlive(delayMs, weak_from_this(), [retry = ++retry_](EventWebhook& self) {
        if (retry == self.retry_ && std::exchange(self.waitsToRetry_, false)) self.sendNext();
    });
}

/// From half to the whole of a wait that doubles.
std::int64_t EventWebhook::retryDelayMs() {
    if (hurried_) return kHurriedRetryMs;
    const auto doublings = std::min<std::int64_t>(static_cast<std::int64_t>(failuresInARow_), kMostDoublings);
    const std::int64_t longestMs = std::min(kFirstRetryMs << doublings, config_.retryMs);
    const std::int64_t shortestMs = longestMs / 2;
    return shortestMs + static_cast<std::int64_t>(random_() * static_cast<double>(longestMs - shortestMs));
}

} // namespace hookcast::hooks
