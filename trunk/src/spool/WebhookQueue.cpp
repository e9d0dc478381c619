#include "spool/WebhookQueue.h"

#include <algorithm>
#include <utility>

namespace hookcast::spool {

WebhookQueue::WebhookQueue(std::string name, std::size_t limit, DiskSpool& spool)
    : name_(std::move(name)), spool_(spool), limit_(limit) {}

void WebhookQueue::load() {
    hooks::SpoolNumber before = 0;
    std::size_t most = 0;
    {
        const std::lock_guard lock(mutex_);
        if (past_ == Past::Asked || past_ == Past::Here) return;
        // What was pushed while the disk was away is here, and no past.
        if (past_ == Past::Unknown) begin_ = spool_.newNumber();
        past_ = past_ == Past::Unknown ? Past::Asked : Past::Unreadable;
        before = begin_;
        most = limit_;
    }
    spool_.readEvents(name_, before, most, [weak = weak_from_this()](std::optional<WebhookTable::Left> left) {
        if (const auto self = weak.lock()) self->onLoaded(std::move(left));
    });
}

/// On the spool's thread. Behind a batch that is on its way already; that is only where the disk has come late.
void WebhookQueue::onLoaded(std::optional<WebhookTable::Left> left) {
    std::vector<hooks::SpoolNumber> gone;
    std::function<void()> onReady;
    {
        const std::lock_guard lock(mutex_);
        onReady = std::exchange(onReady_, nullptr);
        if (left && past_ != Past::Here) {
            // A batch of this time is none of the past's.
            const hooks::SpoolNumber last = left->batch < begin_ ? left->batch : 0;
            const auto isSent = [last](const WebhookRow& row) { return row.seq <= last; };
            const auto sent = static_cast<std::size_t>(std::ranges::count_if(left->rows, isSent));
            std::deque<Kept> past;
            for (WebhookRow& row : left->rows) past.push_back({row.seq, std::move(row.text)});
            queue_.insert(queue_.begin() + static_cast<std::ptrdiff_t>(batch_), past.begin(), past.end());
            if (batch_ == 0) batch_ = sent;
            figures_.posted += past.size();
            while (queue_.size() > limit_) makeRoom(gone);
        }
        past_ = left ? Past::Here : Past::Unreadable;
    }
    if (!gone.empty()) spool_.removeEvents(gone);
    if (onReady) onReady();
}

void WebhookQueue::setLimit(std::size_t limit) {
    const std::lock_guard lock(mutex_);
    limit_ = limit;
}

void WebhookQueue::forget(hooks::SpoolNumber upTo) {
    const std::lock_guard lock(mutex_);
    forgotten_ = std::max(forgotten_, upTo);
    dropForgotten();
}

/// With the lock held. What is on its way may have been heard already.
void WebhookQueue::dropForgotten() {
    if (isOnItsWay_ || forgotten_ == 0) return;
    const auto isKept = [this](const Kept& kept) { return kept.number == 0 || kept.number > forgotten_; };
    const auto end = std::ranges::find_if(queue_, isKept);
    const auto count = static_cast<std::size_t>(end - queue_.begin());
    queue_.erase(queue_.begin(), end);
    batch_ -= std::min(batch_, count);
    figures_.dropped += count;
    if (queue_.empty()) emptied_.notify_all();
}

/// With the lock held.
void WebhookQueue::makeRoom(std::vector<hooks::SpoolNumber>& gone) {
    const auto oldest = queue_.begin() + static_cast<std::ptrdiff_t>(std::min(batch_, queue_.size() - 1));
    gone.push_back(oldest->number);
    queue_.erase(oldest);
    ++figures_.dropped;
}

bool WebhookQueue::push(std::uint64_t /*number*/, Event event) {
    std::vector<hooks::SpoolNumber> gone;
    std::function<void()> onReady;
    {
        const std::lock_guard lock(mutex_);
        ++figures_.posted;
        const hooks::SpoolNumber number = spool_.keepEvent(name_, event);
        queue_.push_back({number, std::move(event)});
        if (queue_.size() > limit_) makeRoom(gone);
        onReady = std::exchange(onReady_, nullptr);
    }
    if (!gone.empty()) spool_.removeEvents(gone);
    if (onReady) onReady();
    return !gone.empty();
}

std::vector<hooks::EventQueue::Event> WebhookQueue::take(std::size_t most, std::function<void()> onReady) {
    const std::lock_guard lock(mutex_);
    dropForgotten();
    if (queue_.empty() || isOnItsWay_ || past_ == Past::Asked) {
        onReady_ = std::move(onReady);
        return {};
    }
    if (batch_ == 0) {
        batch_ = std::min(queue_.size(), most);
        spool_.markBatch(name_, queue_[batch_ - 1].number);
    }
    isOnItsWay_ = true;
    std::vector<Event> events;
    for (std::size_t i = 0; i < batch_; ++i) events.push_back(queue_[i].event);
    return events;
}

void WebhookQueue::confirm() {
    takeOut(&Figures::sent);
}

void WebhookQueue::drop() {
    takeOut(&Figures::dropped);
}

/// The batch. It is counted before anybody sees that nothing is left.
void WebhookQueue::takeOut(std::uint64_t Figures::*count) {
    std::vector<hooks::SpoolNumber> gone;
    std::function<void()> onReady;
    {
        const std::lock_guard lock(mutex_);
        for (std::size_t i = 0; i < batch_; ++i) gone.push_back(queue_[i].number);
        queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(batch_));
        batch_ = 0;
        isOnItsWay_ = false;
        figures_.*count += gone.size();
        if (queue_.empty()) emptied_.notify_all();
        onReady = std::exchange(onReady_, nullptr);
    }
    spool_.removeEvents(gone);
    if (onReady) onReady();
}

void WebhookQueue::giveBack() {
    std::function<void()> onReady;
    {
        const std::lock_guard lock(mutex_);
        isOnItsWay_ = false;
        onReady = std::exchange(onReady_, nullptr);
    }
    if (onReady) onReady();
}

/// What stands on the disk stays there, for the case that the webhook comes back.
std::size_t WebhookQueue::clear() {
    std::vector<hooks::SpoolNumber> lost;
    {
        const std::lock_guard lock(mutex_);
        const bool isOnDisk = spool_.isOnDisk();
        for (const Kept& kept : queue_)
            if (!isOnDisk || kept.number == 0) lost.push_back(kept.number);
        figures_.dropped += lost.size();
        figures_.posted -= queue_.size() - lost.size();
        queue_.clear();
        batch_ = 0;
        isOnItsWay_ = false;
        past_ = Past::Unknown;
        emptied_.notify_all();
    }
    spool_.removeEvents(lost);
    return lost.size();
}

std::size_t WebhookQueue::heldHere() const {
    const std::lock_guard lock(mutex_);
    if (!spool_.isOnDisk()) return queue_.size();
    return static_cast<std::size_t>(std::ranges::count(queue_, hooks::SpoolNumber{0}, &Kept::number));
}

void WebhookQueue::waitUntilSafe(std::chrono::steady_clock::time_point until) {
    std::unique_lock lock(mutex_);
    emptied_.wait_until(lock, until, [this] { return queue_.empty() && past_ != Past::Asked; });
}

hooks::EventQueue::Figures WebhookQueue::figures() const {
    const std::lock_guard lock(mutex_);
    Figures figures = figures_;
    figures.queued = queue_.size();
    return figures;
}

} // namespace hookcast::spool
