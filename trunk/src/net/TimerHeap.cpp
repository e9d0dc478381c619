#include "net/TimerHeap.h"

namespace hookcast::net {

TimerId TimerHeap::add(std::int64_t deadlineUs, base::Task task) {
    const TimerId id = ++lastId_;
    byDeadline_.emplace(Key{deadlineUs, id}, std::move(task));
    deadlines_.emplace(id, deadlineUs);
    return id;
}

void TimerHeap::cancel(TimerId id) {
    const auto found = deadlines_.find(id);
    if (found == deadlines_.end()) return;
    byDeadline_.erase(Key{found->second, id});
    deadlines_.erase(found);
}

std::optional<std::int64_t> TimerHeap::earliestUs() const {
    if (byDeadline_.empty()) return std::nullopt;
    return byDeadline_.begin()->first.first;
}

std::optional<base::Task> TimerHeap::takeDue(std::int64_t nowUs) {
    const auto first = byDeadline_.begin();
    if (first == byDeadline_.end() || first->first.first > nowUs) return std::nullopt;
    std::optional<base::Task> task(std::move(first->second));
    deadlines_.erase(first->first.second);
    byDeadline_.erase(first);
    return task;
}

} // namespace hookcast::net
