#include "hooks/EventFeed.h"

#include "base/HostName.h"
#include "base/JsonWriter.h"
#include "hooks/LocalEventQueue.h"

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
                     base::Log& log, Sender sender, EventJournal* shared, EventJournal* kept)
    : transport_(transport), loop_(loop), log_(log), sender_(std::move(sender)), shared_(shared), kept_(kept),
      lastNumber_(sender_.numberBefore) {
    for (const config::WebhookConfig& webhook : webhooks) addWebhook(webhook);
}

void EventFeed::addWebhook(const config::WebhookConfig& webhook) {
    std::shared_ptr<EventQueue> queue = makeQueue(webhook);
    if (queue == nullptr) {
        log_.error("webhook",
                   "{}: no events are sent there, as 'via redis' wants cluster_redis, which was off when "
                   "the server began",
                   base::withoutSecrets(webhook.url));
        return;
    }
    webhooks_.push_back(
        std::make_shared<EventWebhook>(webhook, std::move(queue), transport_, loop_, log_, newRandom()));
    webhooks_.back()->start();
}

/// Null where there is nowhere to keep it. Blocks with one URL have a queue each, by their order.
std::shared_ptr<EventQueue> EventFeed::makeQueue(const config::WebhookConfig& webhook) {
    const bool isDirect = webhook.via == config::WebhookConfig::Via::Direct;
    if (isDirect && kept_ == nullptr) return std::make_shared<LocalEventQueue>(webhook.queue);
    if (!isDirect) return shared_ == nullptr ? nullptr : shared_->open(webhook, 0);
    for (std::size_t which = 0;; ++which)
        if (auto queue = kept_->open(webhook, which); !isInUse(queue)) return queue;
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
            if (found == before.end()) {
                addWebhook(wanted);
            } else {
                webhooks_.push_back(*found);
                before.erase(found);
            }
        }
        std::erase_if(leaving_, [](const auto& webhook) { return webhook->queue()->heldHere() == 0; });
        for (const auto& gone : before) takeOut(gone);
        for (const auto& left : leaving_)
            if (isInUse(left->queue())) left->retire(); // its URL is back
    }
    startPulses();
}

/// What is shared goes on under new terms, if its URL is still there.
void EventFeed::takeOut(const std::shared_ptr<EventWebhook>& webhook) {
    if (isInUse(webhook->queue()))
        webhook->retire();
    else
        webhook->leave();
    leaving_.push_back(webhook);
}

/// By a webhook that is there.
bool EventFeed::isInUse(const std::shared_ptr<EventQueue>& queue) const {
    return std::ranges::any_of(webhooks_, [&](const auto& webhook) { return webhook->queue() == queue; });
}

void EventFeed::post(ServerEvent event) {
    const auto wants = [&event](const auto& webhook) { return webhook->wants(event); };
    const std::lock_guard lock(mutex_);
    if (!stopped_ && std::ranges::any_of(webhooks_, wants)) enqueue(event);
}

void EventFeed::enqueue(const ServerEvent& event) {
    ++lastNumber_;
    std::array<std::shared_ptr<const std::string>, 2> texts; // without the event's id, and with it; as far as wanted
    for (const auto& webhook : webhooks_) {
        if (!webhook->wants(event)) continue;
        const bool tellsId = webhook->config().calls.tellsEventId;
        auto& text = tellsId ? texts[1] : texts[0];
        if (text == nullptr) text = std::make_shared<const std::string>(envelope(event, lastNumber_, tellsId));
        webhook->enqueue(lastNumber_, text);
    }
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
        for (const auto& webhook : leaving_)
            if (!isInUse(webhook->queue())) all.push_back(webhook);
    }
    for (const auto& webhook : all) webhook->hurry();
    for (const auto& webhook : all) {
        webhook->queue()->waitUntilSafe(begin + std::chrono::milliseconds(webhook->config().flushMs));
        webhook->retire();
        tellWhatIsLeft(*webhook);
    }
}

void EventFeed::tellWhatIsLeft(const EventWebhook& webhook) const {
    const EventWebhookFigures figures = webhook.figures();
    const bool isShared = webhook.config().via == config::WebhookConfig::Via::Redis;
    const std::size_t lost = webhook.queue()->heldHere();
    if (lost > 0) log_.error("webhook", "{}: {} events were not delivered: {}", figures.url, lost, webhook.whyHeld());
    if (!isShared && figures.queued > lost)
        log_.warn("webhook", "{}: {} events are left to the next start: {}", figures.url, figures.queued - lost,
                  webhook.whyHeld());
    log_.trace("webhook", "{}: of {} events, {} sent, {} dropped", figures.url, figures.posted, figures.sent,
               figures.dropped);
}

std::vector<EventWebhookFigures> EventFeed::figures() const {
    const std::lock_guard lock(mutex_);
    std::vector<EventWebhookFigures> all;
    for (const auto& webhook : webhooks_) all.push_back(webhook->figures());
    return all;
}

std::string EventFeed::envelope(const ServerEvent& event, std::uint64_t number, bool tellsId) const {
    base::JsonWriter json(event.data.size() + 200);
    json.beginObject();
    json.key("data").raw(event.data);
    json.member("device", "mediaserver");
    json.member("event", nameOf(event.name));
    if (tellsId) json.member("event_id", sender_.server + "-" + std::to_string(number));
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
