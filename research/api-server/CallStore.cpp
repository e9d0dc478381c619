#include "api-server/CallStore.h"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/Timestamp.h>

#include <algorithm>
#include <utility>

namespace hookcast::mock {

namespace {

/// What is told to several URLs has one id.
std::string identityOf(const Request& request) {
    const std::string_view id = headerValue(request.headers, "webhook-id");
    return id.empty() ? std::string() : std::string(id) + "\n" + request.path + "?" + request.query;
}

} // namespace

CallStore::CallStore(Limits limits, const base::Clock& clock) : limits_(limits), clock_(clock) {}

std::uint64_t CallStore::add(Call call) {
    std::uint64_t order = 0;
    {
        const std::scoped_lock lock(mutex_);
        order = ++lastOrder_;
        call.order = order;
        call.time = Poco::DateTimeFormatter::format(Poco::Timestamp(clock_.unixUs()),
                                                    Poco::DateTimeFormat::ISO8601_FRAC_FORMAT);
        call.monotonicMs = clock_.monotonicMs();
        call.repeats = firstOf(call);
        storedBytes_ += sizeBytes(call);
        calls_.push_back(std::make_shared<const Call>(std::move(call)));
        while (calls_.size() > 1 && (calls_.size() > limits_.calls || storedBytes_ > limits_.bytes)) discardOldest();
    }
    changed_.notify_all();
    return order;
}

CallStore::Page CallStore::callsAfter(std::uint64_t order, std::size_t limit, std::chrono::milliseconds wait) const {
    std::unique_lock lock(mutex_);
    const auto isThere = [&] { return closed_ || (!calls_.empty() && calls_.back()->order > order); };
    if (limit > 0) changed_.wait_for(lock, wait, isThere);

    Page page;
    page.last = lastOrder_;
    page.discarded = discarded_;
    // The orders in calls_ have no gaps, so the place of an order is known without a search.
    std::size_t first = calls_.size();
    if (!calls_.empty() && calls_.back()->order > order)
        first = order < calls_.front()->order ? 0 : static_cast<std::size_t>(order + 1 - calls_.front()->order);
    const std::size_t end = first + std::min(limit, calls_.size() - first);
    page.calls.assign(calls_.begin() + static_cast<std::ptrdiff_t>(first),
                      calls_.begin() + static_cast<std::ptrdiff_t>(end));
    page.next = page.calls.empty() ? order : page.calls.back()->order;
    return page;
}

std::size_t CallStore::clear() {
    // Freed after the lock: a full store takes a while.
    std::deque<std::shared_ptr<const Call>> forgotten;
    const std::scoped_lock lock(mutex_);
    std::swap(forgotten, calls_);
    firstById_.clear();
    storedBytes_ = 0;
    return forgotten.size();
}

void CallStore::close() {
    {
        const std::scoped_lock lock(mutex_);
        closed_ = true;
    }
    changed_.notify_all();
}

/// 0 when it is the first itself, or has no id.
std::uint64_t CallStore::firstOf(const Call& call) {
    std::string identity = identityOf(call.request);
    if (identity.empty()) return 0;
    const auto [first, isNew] = firstById_.try_emplace(std::move(identity), call.order);
    return isNew ? 0 : first->second;
}

std::shared_ptr<const Call> CallStore::find(std::uint64_t order) const {
    const std::scoped_lock lock(mutex_);
    if (calls_.empty() || order < calls_.front()->order || order > calls_.back()->order) return nullptr;
    return calls_[static_cast<std::size_t>(order - calls_.front()->order)];
}

void CallStore::discardOldest() {
    const Call& oldest = *calls_.front();
    storedBytes_ -= sizeBytes(oldest);
    if (const auto first = firstById_.find(identityOf(oldest.request));
        first != firstById_.end() && first->second == oldest.order)
        firstById_.erase(first);
    calls_.pop_front();
    ++discarded_;
}

} // namespace hookcast::mock
