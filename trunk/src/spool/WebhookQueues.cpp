#include "spool/WebhookQueues.h"

namespace hookcast::spool {

namespace {

/// A URL has no blank.
std::string nameOf(const config::WebhookConfig& webhook, std::size_t which) {
    return which == 0 ? webhook.url : webhook.url + " " + std::to_string(which);
}

} // namespace

std::shared_ptr<hooks::EventQueue> WebhookQueues::open(const config::WebhookConfig& webhook, std::size_t which) {
    const std::string name = nameOf(webhook, which);
    std::shared_ptr<WebhookQueue> queue;
    {
        const std::lock_guard lock(mutex_);
        std::erase_if(queues_, [](const auto& known) { return known.second.expired(); });
        std::weak_ptr<WebhookQueue>& known = queues_[name];
        queue = known.lock();
        if (queue == nullptr) known = queue = std::make_shared<WebhookQueue>(name, webhook.queue, spool_);
    }
    queue->setLimit(webhook.queue);
    queue->load();
    return queue;
}

void WebhookQueues::lookAgain() {
    std::vector<std::shared_ptr<WebhookQueue>> queues;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [name, known] : queues_)
            if (auto queue = known.lock()) queues.push_back(std::move(queue));
    }
    for (const auto& queue : queues) queue->load();
}

void WebhookQueues::forget(const std::string& name, hooks::SpoolNumber upTo) {
    std::shared_ptr<WebhookQueue> queue;
    {
        const std::lock_guard lock(mutex_);
        if (const auto known = queues_.find(name); known != queues_.end()) queue = known->second.lock();
    }
    if (queue != nullptr) queue->forget(upTo);
}

} // namespace hookcast::spool
