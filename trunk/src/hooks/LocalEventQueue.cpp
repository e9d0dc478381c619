#include "hooks/LocalEventQueue.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace hookcast::hooks {

bool LocalEventQueue::push(std::uint64_t /*number*/, Event event) {
    std::function<void()> onReady;
    bool isFull = false;
    {
        const std::lock_guard lock(mutex_);
        ++figures_.posted;
        queue_.push_back(std::move(event));
        isFull = queue_.size() > limit_;
        if (isFull) {
            // What is on its way may have been heard already.
            queue_.erase(queue_.begin() + static_cast<std::ptrdiff_t>(onTheirWay_));
            ++figures_.dropped;
        }
        onReady = std::exchange(onReady_, nullptr);
    }
    if (onReady) onReady();
    return isFull;
}

std::vector<EventQueue::Event> LocalEventQueue::take(std::size_t most, std::function<void()> onReady) {
    const std::lock_guard lock(mutex_);
    if (queue_.empty() || onTheirWay_ > 0) {
        onReady_ = std::move(onReady);
        return {};
    }
    onTheirWay_ = std::min(queue_.size(), most);
    return {queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(onTheirWay_)};
}

void LocalEventQueue::confirm() {
    const std::lock_guard lock(mutex_);
    figures_.sent += takeOut();
}

void LocalEventQueue::drop() {
    const std::lock_guard lock(mutex_);
    figures_.dropped += takeOut();
}

/// What is on its way; how many that is. With the lock held.
std::size_t LocalEventQueue::takeOut() {
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(onTheirWay_));
    if (queue_.empty()) emptied_.notify_all();
    return std::exchange(onTheirWay_, 0);
}

void LocalEventQueue::giveBack() {
    const std::lock_guard lock(mutex_);
    onTheirWay_ = 0;
}

std::size_t LocalEventQueue::clear() {
    const std::lock_guard lock(mutex_);
    const std::size_t lost = queue_.size();
    figures_.dropped += lost;
    onTheirWay_ = 0;
    queue_.clear();
    emptied_.notify_all();
    return lost;
}

void LocalEventQueue::waitUntilSafe(std::chrono::steady_clock::time_point until) {
    std::unique_lock lock(mutex_);
    emptied_.wait_until(lock, until, [this] { return queue_.empty(); });
}

EventQueue::Figures LocalEventQueue::figures() const {
    const std::lock_guard lock(mutex_);
    Figures figures = figures_;
    figures.queued = queue_.size();
    return figures;
}

} // namespace hookcast::hooks
