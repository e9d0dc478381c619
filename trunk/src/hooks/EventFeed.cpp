#include "hooks/EventFeed.h"

#include "base/HostName.h"
#include "base/JsonWriter.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <random>
#include <set>
#include <utility>

namespace hookcast::hooks {

namespace {

using config::EventName;

EventWebhook::Random newRandom() {
    return [generator = std::mt19937(std::random_device()())]() mutable {
        return std::uniform_real_distribution<double>(0, 1)(generator);
    };
}

} // namespace

EventFeed::Sender EventFeed::Sender::ofProcess(const base::Clock& clock) {
    return {base::hostName(), ::getpid(), static_cast<std::uint64_t>(clock.unixUs())};
}

EventFeed::EventFeed(const std::vector<config::WebhookConfig>& webhooks, HookTransport& transport, net::Loop& loop,
                     base::Log& log, Sender sender)
    : transport_(transport), loop_(loop), log_(log), sender_(std::move(sender)), lastNumber_(sender_.numberBefore) {
    for (const config::WebhookConfig& webhook : webhooks) webhooks_.push_back(makeWebhook(webhook));
}

std::shared_ptr<EventWebhook> EventFeed::makeWebhook(const config::WebhookConfig& webhook) {
    return std::make_shared<EventWebhook>(webhook, transport_, loop_, log_, newRandom());
}

bool EventFeed::enabled() const {
    const std::lock_guard lock(mutex_);
    return !webhooks_.empty();
}

void EventFeed::start() {
    {
        const std::lock_guard lock(mutex_);
        started_ = true;
        enqueue(serviceEvent(clock(), EventName::ServiceUp));
    }
    startPulses();
}

void EventFeed::apply(const std::vector<config::WebhookConfig>& webhooks) {
    {
        const std::lock_guard lock(mutex_);
        std::vector<std::shared_ptr<EventWebhook>> before = std::exchange(webhooks_, {});
        for (const config::WebhookConfig& wanted : webhooks) {
            const auto isIt = [&wanted](const auto& webhook) { return webhook->config() == wanted; };
            const auto found = std::ranges::find_if(before, isIt);
            webhooks_.push_back(found != before.end() ? *found : makeWebhook(wanted));
            if (found != before.end()) before.erase(found);
        }
        std::erase_if(leaving_, [](const auto& webhook) { return webhook->figures().queued == 0; });
        for (const auto& gone : before) gone->leave();
        leaving_.insert(leaving_.end(), before.begin(), before.end());
    }
    startPulses();
}

void EventFeed::post(ServerEvent event) {
    const auto wants = [&event](const auto& webhook) { return webhook->wants(event); };
    const std::lock_guard lock(mutex_);
    if (!stopped_ && std::ranges::any_of(webhooks_, wants)) enqueue(event);
}

void EventFeed::enqueue(const ServerEvent& event) {
    const auto text = std::make_shared<const std::string>(envelope(event, ++lastNumber_));
    for (const auto& webhook : webhooks_)
        if (webhook->wants(event)) webhook->enqueue(text);
}

std::vector<std::int64_t> EventFeed::pulsePeriodsMs() const {
    const std::lock_guard lock(mutex_);
    std::set<std::int64_t> periods;
    for (const auto& webhook : webhooks_) periods.insert(webhook->config().pulseMs);
    return {periods.begin(), periods.end()};
}

void EventFeed::stop() {
    const auto begin = std::chrono::steady_clock::now();
    std::vector<std::shared_ptr<EventWebhook>> all;
    {
        const std::lock_guard lock(mutex_);
        if (std::exchange(stopped_, true)) return;
        if (started_) enqueue(serviceEvent(clock(), EventName::ServiceDown));
        all = webhooks_;
        all.insert(all.end(), leaving_.begin(), leaving_.end());
    }
    for (const auto& webhook : all) webhook->hurry();
    for (const auto& webhook : all) {
        webhook->waitUntilSent(begin + std::chrono::milliseconds(webhook->config().flushMs));
        const EventWebhookFigures figures = webhook->figures();
        if (figures.queued > 0)
            log_.error("webhook", "{}: {} events were not delivered: {}", figures.url, figures.queued,
                       figures.lastError.empty() ? "no answer yet" : figures.lastError);
        log_.trace("webhook", "{}: of {} events, {} sent, {} dropped", figures.url, figures.posted, figures.sent,
                   figures.dropped);
    }
}

std::vector<EventWebhookFigures> EventFeed::figures() const {
    const std::lock_guard lock(mutex_);
    std::vector<EventWebhookFigures> all;
    for (const auto& webhook : webhooks_) all.push_back(webhook->figures());
    return all;
}

std::string EventFeed::envelope(const ServerEvent& event, std::uint64_t number) const {
    base::JsonWriter json(event.data.size() + 200);
    json.beginObject();
    json.key("data").raw(event.data);
    json.member("device", "mediaserver");
    json.member("event", nameOf(event.name));
    json.member("pid", sender_.pid);
    json.member("seq", number);
    json.member("server", sender_.server);
    json.member("timestamp", clock().unixS());
    json.endObject();
    std::string whole = json.take();
    if (event.isFlat) whole.replace(whole.size() - 1, 1, "," + event.data.substr(1));
    return whole;
}

/// For each period that has no timer yet.
void EventFeed::startPulses() {
    loop_.post([weak = weak_from_this()] {
        const auto self = weak.lock();
        if (self == nullptr) return;
        for (const std::int64_t periodMs : self->pulsePeriodsMs())
            if (self->pulsingMs_.insert(periodMs).second) self->schedulePulse(periodMs);
    });
}

void EventFeed::schedulePulse(std::int64_t periodMs) {
    loop_.runAfterIfAlive(periodMs, weak_from_this(), [periodMs](EventFeed& self) {
        const std::vector<std::int64_t> periodsMs = self.pulsePeriodsMs();
        if (std::ranges::find(periodsMs, periodMs) == periodsMs.end()) {
            self.pulsingMs_.erase(periodMs);
            return;
        }
        self.post(serviceEvent(self.clock(), EventName::ServicePulse, periodMs));
        self.schedulePulse(periodMs);
    });
}

} // namespace hookcast::hooks
