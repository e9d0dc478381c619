#include "net/TimerHeap.h"

namespace hookcast::net {

TimerHeap::~TimerHeap() {
    while (!byDeadline_.empty()) take(byDeadline_.begin());
}

TimerId TimerHeap::add(std::int64_t deadlineUs, base::Task task, TimerId* armed) {
    const TimerId id = ++lastId_;
    byDeadline_.emplace(Key{deadlineUs, id}, Entry{std::move(task), armed});
    deadlines_.emplace(id, deadlineUs);
    if (armed != nullptr) *armed = id;
    return id;
}

void TimerHeap::cancel(TimerId id) {
    const auto found = deadlines_.find(id);
    if (found == deadlines_.end()) return;
    take(byDeadline_.find(Key{found->second, id}));
}

std::optional<std::int64_t> TimerHeap::earliestUs() const {
    if (byDeadline_.empty()) return std::nullopt;
    return byDeadline_.begin()->first.first;
}

std::optional<base::Task> TimerHeap::takeDue(std::int64_t nowUs) {
    const auto first = byDeadline_.begin();
    if (first == byDeadline_.end() || first->first.first > nowUs) return std::nullopt;
    return take(first);
}

/// The task dies with the caller, when nothing here knows of it any more: what it holds may cancel timers in its turn.
base::Task TimerHeap::take(Entries::iterator entry) {
    base::Task task = std::move(entry->second.task);
    if (entry->second.armed != nullptr) *entry->second.armed = 0;
    deadlines_.erase(entry->first.second);
    byDeadline_.erase(entry);
    return task;
}

} // namespace hookcast::net
