#include "api-server/EventStore.h"

#include "api-server/Wildcard.h"
#include "base/JsonWriter.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <utility>

namespace hookcast::mock {

namespace {

/// Of senders that never come back, so many are remembered.
constexpr std::size_t kMaxSenders = 10'000;

std::size_t sizeBytes(const StoredEvent& event) {
    return sizeof(StoredEvent) + event.target.size() + event.event.json.size() + event.event.name.size() +
           event.event.server.size();
}

} // namespace

std::string EventStore::senderOf(const std::string& target, const BatchedEvent& event) {
    return fmt::format("{} {} {}", event.pid, target, event.server);
}

base::Result<void> EventStore::check(const std::string& target, const EventBatch& batch) const {
    const std::scoped_lock lock(mutex_);
    for (const BatchedEvent& event : batch) {
        const auto sender = senders_.find(senderOf(target, event));
        if (sender == senders_.end() || event.seq > sender->second.lastSeq) continue;
        if (!sender->second.lastBatch.contains(event.seq))
            return base::Error{fmt::format("seq {} comes after {}", event.seq, sender->second.lastSeq)};
    }
    return {};
}

void EventStore::add(const std::string& target, const EventBatch& batch) {
    {
        const std::scoped_lock lock(mutex_);
        if (senders_.size() > kMaxSenders) senders_.clear();
        std::map<std::string, std::set<std::uint64_t>> numbers;
        for (const BatchedEvent& event : batch) {
            const std::string sender = senderOf(target, event);
            numbers[sender].insert(event.seq);
            std::uint64_t& lastSeq = senders_[sender].lastSeq;
            if (event.seq <= lastSeq) {
                ++repeated_;
                continue;
            }
            lastSeq = event.seq;
            auto stored = std::make_shared<StoredEvent>();
            stored->order = ++lastOrder_;
            stored->monotonicMs = clock_.monotonicMs();
            stored->target = target;
            stored->event = event;
            storedBytes_ += sizeBytes(*stored);
            events_.push_back(std::move(stored));
        }
        for (auto& [sender, seqs] : numbers) senders_[sender].lastBatch = std::move(seqs);
        while (events_.size() > 1 && (events_.size() > limits_.events || storedBytes_ > limits_.bytes)) discardOldest();
    }
    changed_.notify_all();
}

std::size_t EventStore::countMatching(const Wanted& wanted) const {
    // From the newest on, so that a long poll near the end of a long list costs little.
    std::size_t count = 0;
    for (auto event = events_.rbegin(); event != events_.rend() && (*event)->order > wanted.after; ++event)
        if (matchesWildcard(wanted.name, (*event)->event.name)) ++count;
    return count;
}

EventStore::Page EventStore::events(const Wanted& wanted, std::chrono::milliseconds wait) const {
    std::unique_lock lock(mutex_);
    const auto areThere = [&] { return closed_ || countMatching(wanted) >= wanted.count; };
    if (wanted.limit > 0) changed_.wait_for(lock, wait, areThere);

    Page page;
    page.last = lastOrder_;
    page.discarded = discarded_;
    page.repeated = repeated_;
    const auto first =
        std::ranges::upper_bound(events_, wanted.after, {}, [](const auto& event) { return event->order; });
    for (auto event = first; event != events_.end() && page.events.size() < wanted.limit; ++event)
        if (matchesWildcard(wanted.name, (*event)->event.name)) page.events.push_back(*event);
    page.next = page.events.empty() ? wanted.after : page.events.back()->order;
    return page;
}

std::size_t EventStore::clear() {
    // Freed after the lock: a full store takes a while.
    std::deque<std::shared_ptr<const StoredEvent>> forgotten;
    const std::scoped_lock lock(mutex_);
    std::swap(forgotten, events_);
    storedBytes_ = 0;
    return forgotten.size();
}

void EventStore::close() {
    {
        const std::scoped_lock lock(mutex_);
        closed_ = true;
    }
    changed_.notify_all();
}

void EventStore::discardOldest() {
    storedBytes_ -= sizeBytes(*events_.front());
    events_.pop_front();
    ++discarded_;
}

void writeJson(std::ostream& out, const EventStore::Page& page) {
    out << R"({"events":[)";
    const char* separator = "";
    for (const auto& stored : page.events) {
        base::JsonWriter json(stored->event.json.size() + 200);
        json.beginObject().member("order", stored->order).member("monotonic_ms", stored->monotonicMs);
        json.member("target", stored->target).key("event").raw(stored->event.json).endObject();
        out << separator << json.take();
        separator = ",\n";
    }
    out << fmt::format(R"(],"next":{},"last":{},"discarded":{},"repeated":{}}})", page.next, page.last, page.discarded,
                       page.repeated);
}

} // namespace hookcast::mock
