#include "cluster/SharedEvents.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

namespace hookcast::cluster {

namespace {

/// How long the thread sleeps where nothing is due sooner.
constexpr std::int64_t kLongestSleepMs = 1000;

} // namespace

SharedEvents::SharedEvents(RedisPlace place, SharedEventQueue::Terms terms, const base::Clock& clock, base::Log& log)
    : terms_(std::move(terms)), clock_(clock), log_(log), store_(std::move(place)), worker_(log, "events") {
    worker_.post([this] { run(); });
}

SharedEvents::~SharedEvents() {
    const std::lock_guard lock(mutex_);
    isStopping_ = true;
    woken_.notify_all();
}

std::shared_ptr<hooks::EventQueue> SharedEvents::open(const config::WebhookConfig& webhook, std::size_t /*which*/) {
    const std::lock_guard lock(mutex_);
    std::shared_ptr<SharedEventQueue>& queue = queues_[webhook.url];
    if (queue == nullptr)
        queue = std::make_shared<SharedEventQueue>(webhook, terms_, clock_, log_, [this] { wake(); });
    else
        queue->setTerms(webhook);
    return queue;
}

void SharedEvents::wake() {
    const std::lock_guard lock(mutex_);
    isAwake_ = true;
    woken_.notify_all();
}

std::vector<std::shared_ptr<SharedEventQueue>> SharedEvents::queues() {
    std::vector<std::shared_ptr<SharedEventQueue>> all;
    const std::lock_guard lock(mutex_);
    std::erase_if(queues_, [](const auto& known) { return known.second.use_count() == 1 && known.second->isClosed(); });
    for (const auto& known : queues_) all.push_back(known.second);
    return all;
}

void SharedEvents::run() {
    for (;;) {
        std::int64_t dueMs = clock_.monotonicMs() + kLongestSleepMs;
        store_.allowToConnect();
        for (const auto& queue : queues()) {
            queue->round(store_);
            dueMs = std::min(dueMs, queue->dueAtMs());
        }
        std::unique_lock lock(mutex_);
        const std::int64_t sleepMs = std::max<std::int64_t>(0, dueMs - clock_.monotonicMs());
        woken_.wait_for(lock, std::chrono::milliseconds(sleepMs), [this] { return isAwake_ || isStopping_; });
        isAwake_ = false;
        if (isStopping_) break;
    }
    for (const auto& queue : queues()) queue->leave(store_);
}

} // namespace hookcast::cluster
