#include "spool/Inbox.h"

#include <chrono>
#include <utility>

namespace hookcast::spool {

bool Inbox::keep(std::string_view record, const std::function<void(Pending&)>& add) {
    bool isFirst = false;
    {
        const std::lock_guard lock(mutex_);
        if (isStopping_ || pending_.size() >= mostRows_) return false;
        isFirst = pending_.isEmpty();
        appendToJournal(record);
        add(pending_);
    }
    if (isFirst) changed_.notify_one();
    return true;
}

void Inbox::change(std::string_view record, const std::function<void(Pending&)>& change) {
    bool isFirst = false;
    {
        const std::lock_guard lock(mutex_);
        if (isStopping_) return;
        isFirst = pending_.isEmpty();
        appendToJournal(record);
        change(pending_);
    }
    if (isFirst) changed_.notify_one();
}

/// With the lock held.
void Inbox::appendToJournal(std::string_view record) {
    if (journal_ == nullptr || record.empty()) return;
    journal_->append(record);
    isJournalUsed_ = true;
}

void Inbox::post(base::Task task) {
    {
        const std::lock_guard lock(mutex_);
        if (isStopping_) return;
        tasks_.push_back(std::move(task));
    }
    changed_.notify_one();
}

void Inbox::stop() {
    {
        const std::lock_guard lock(mutex_);
        isStopping_ = true;
    }
    changed_.notify_all();
}

void Inbox::setJournal(std::unique_ptr<Journal> journal) {
    const std::lock_guard lock(mutex_);
    journal_ = std::move(journal);
}

bool Inbox::hasJournal() const {
    const std::lock_guard lock(mutex_);
    return journal_ != nullptr;
}

bool Inbox::take(Pending& unwritten, std::deque<base::Task>& tasks, std::int64_t idleMs, std::int64_t windowMs) {
    using std::chrono::milliseconds;
    std::unique_lock lock(mutex_);
    const auto isUrgent = [this] { return isStopping_ || !tasks_.empty(); };
    changed_.wait_for(lock, milliseconds(idleMs), [&] { return isUrgent() || !pending_.isEmpty(); });
    if (!pending_.isEmpty()) changed_.wait_for(lock, milliseconds(windowMs), isUrgent);
    unwritten.append(std::exchange(pending_, {}));
    tasks.swap(tasks_);
    // Even where nothing is left to be written of what it says: it would be full one day.
    if (isTurnedClear_ && isJournalUsed_) {
        journal_->turn();
        isTurnedClear_ = false;
        isJournalUsed_ = false;
    }
    return !isStopping_;
}

void Inbox::noteWritten() {
    const std::lock_guard lock(mutex_);
    if (journal_ != nullptr && !isTurnedClear_) journal_->clearTurned();
    isTurnedClear_ = true;
}

} // namespace hookcast::spool
