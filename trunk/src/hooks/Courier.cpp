#include "hooks/Courier.h"

#include "hooks/HookLane.h"

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

namespace hookcast::hooks {

void Courier::lookForWork() {
    const std::uint64_t taken = takenSoFar();
    spool_.readOwedUrls([weak = weak_from_this(), &loop = loop_, taken](const Counts& urls) {
        loop.post([weak, urls, taken] {
            const auto self = weak.lock();
            if (self == nullptr) return;
            for (const auto& [url, count] : urls) self->wake(url);
            if (urls.empty() && self->routes_.empty()) self->forgetDebts(taken);
        });
    });
}

std::uint64_t Courier::takenSoFar() const {
    const std::lock_guard lock(mutex_);
    return taken_;
}

void Courier::take(SpoolNumber number, std::uint32_t next, const HookTarget& target, const HookEvent& event) {
    {
        const std::lock_guard lock(mutex_);
        ++debts_[event.client->id()].events;
        ++taken_;
    }
    spool_.leave(number, next, target.url, 0);
    loop_.post([weak = weak_from_this(), url = target.url] {
        if (const auto self = weak.lock()) self->wake(url);
    });
}

bool Courier::owes(const std::string& client) const {
    const std::lock_guard lock(mutex_);
    return !debts_.empty() && debts_.contains(client);
}

void Courier::whenSettled(const std::string& client, std::function<void()> then) {
    {
        const std::lock_guard lock(mutex_);
        if (const auto debt = debts_.find(client); debt != debts_.end()) {
            debt->second.waiting.push_back(std::move(then));
            return;
        }
    }
    then();
}

void Courier::wake(const std::string& url) {
    std::unique_ptr<Route>& route = routes_[url];
    if (route == nullptr) route = std::make_unique<Route>(loop_);
    route->hasMore = true;
    readNext(url);
}

/// A URL that fails has one call at a time, when its wait is over.
std::size_t Courier::room(const Route& route) const {
    const std::size_t most = route.failuresInARow == 0 ? kAtOnce : 1;
    return route.inFlight.size() >= most ? 0 : most - route.inFlight.size();
}

void Courier::readNext(const std::string& url) {
    Route& route = *routes_.at(url);
    if (route.isReading || !route.hasMore || route.retry.isArmed() || room(route) == 0) return;
    route.isReading = true;
    route.hasMore = false;
    // Those that are on their way are the first again.
    const std::size_t most = room(route) + route.inFlight.size();
    spool_.readOwed(url, most, [weak = weak_from_this(), &loop = loop_, url, most](std::vector<OwedEvent> events) {
        loop.post([weak, url, most, events = std::move(events)] {
            if (const auto self = weak.lock()) self->onOwed(url, events, most);
        });
    });
}

void Courier::onOwed(const std::string& url, const std::vector<OwedEvent>& events, std::size_t most) {
    Route& route = *routes_.at(url);
    route.isReading = false;
    for (const OwedEvent& owed : events) {
        if (room(route) == 0) break;
        if (route.stale.contains(owed.number)) continue;
        if (route.inFlight.insert(owed.number).second) tell(url, owed);
    }
    route.stale.clear();
    constexpr std::size_t kManySettled = 64;
    if (settled_ > kManySettled || (settled_ > 0 && events.size() < most)) lookElsewhere();
    if (events.empty() && route.inFlight.empty() && !route.hasMore) {
        routes_.erase(url);
        // What is left then waits for an event that somebody else tells.
        if (routes_.empty()) look_.runAfter(kFirstRetryMs, [this] { lookForWork(); });
        return;
    }
    if (!events.empty()) route.hasMore = true;
    if (route.inFlight.empty()) readNext(url);
}

/// It is not in flight any more.
void Courier::land(Route& route, SpoolNumber number) {
    route.inFlight.erase(number);
    if (route.isReading) route.stale.insert(number);
}

void Courier::tell(const std::string& url, const OwedEvent& owed) {
    const ClientInfo& client = *owed.event.client;
    const std::shared_ptr<const config::Config> config = config_.get();
    const HookTarget target = restoredTarget(context_, *config, client.place->vhost, owed.targets.at(owed.next));
    const auto lane = std::make_shared<HookLane>(context_, loop_, nullptr, client.logName());
    try {
        lane->call(target, owed.event, [self = shared_from_this(), url, owed, target](const HookResponse& response) {
            self->onResponse(url, owed, target, response);
        });
    } catch (const std::exception& e) {
        context_.log.error(client.logName(), "internal error: a hook could not be called: {}", e.what());
        failed(url, owed, {});
    }
}

void Courier::onResponse(const std::string& url, const OwedEvent& owed, const HookTarget& target,
                         const HookResponse& response) {
    const HookLane lane(context_, loop_, nullptr, owed.event.client->logName());
    const Judgement judged = target.dialect->judge(owed.event.action(), response);
    if (!judged && hasFailed(response)) {
        lane.noteCall(owed.event, target, response, "later", judged.error().message);
        failed(url, owed, response);
        return;
    }
    lane.noteCall(owed.event, target, response, judged ? "told" : "failed", judged ? "" : judged.error().message);
    Route& route = *routes_.at(url);
    route.failuresInARow = 0;
    route.notBeforeMs = 0;
    route.retry.cancel();
    land(route, owed.number);
    route.hasMore = true;
    if (owed.next + 1 < owed.targets.size())
        goOn(owed);
    else
        settle(owed, judged.ok());
    readNext(url);
}

/// With its next URL.
void Courier::goOn(const OwedEvent& owed) {
    const std::string& url = owed.targets[owed.next + 1].url;
    spool_.leave(owed.number, owed.next + 1, url, 0);
    wake(url);
}

void Courier::settle(const OwedEvent& owed, bool isTold) {
    spool_.settle(owed.number, isTold);
    endDebt(owed.event.client->id());
    ++settled_;
}

/// What has been told may have held back what other URLs are to hear of the same client.
void Courier::lookElsewhere() {
    settled_ = 0;
    lookForWork();
}

void Courier::failed(const std::string& url, const OwedEvent& owed, const HookResponse& response) {
    Route& route = *routes_.at(url);
    land(route, owed.number);
    route.hasMore = true;
    // A server that ends leaves it as it is.
    if (response.outcome == HookResponse::Outcome::Stopped) return;
    spool_.leave(owed.number, owed.next, url, owed.attempts + 1);
    ++route.failuresInARow;
    if (response.retryAfterMs) route.notBeforeMs = std::max(route.notBeforeMs, *response.retryAfterMs);
    if (route.inFlight.empty()) retryLater(url);
}

void Courier::retryLater(const std::string& url) {
    Route& route = *routes_.at(url);
    const config::SpoolConfig& terms = config_.get()->spool;
    constexpr std::uint32_t kMostDoublings = 20;
    std::int64_t waitMs = kFirstRetryMs << std::min(route.failuresInARow - 1, kMostDoublings);
    waitMs = std::min(waitMs, terms.retryMs);
    // Spread, so that servers which failed together do not come back together.
    waitMs = static_cast<std::int64_t>(static_cast<double>(waitMs) *
                                       std::uniform_real_distribution<double>(0.8, 1.0)(random_));
    waitMs = std::max(waitMs, std::min(route.notBeforeMs, terms.retryMs));
    route.notBeforeMs = 0;
    route.retry.runAfter(waitMs, [this, url] { readNext(url); });
}

void Courier::endDebt(const std::string& client) {
    std::vector<std::function<void()>> waiting;
    {
        const std::lock_guard lock(mutex_);
        const auto debt = debts_.find(client);
        if (debt == debts_.end() || --debt->second.events > 0) return;
        waiting = std::move(debt->second.waiting);
        debts_.erase(debt);
    }
    for (const auto& then : waiting) then();
}

/// Nothing is left to be told: what the spool has dropped must not be waited for.
void Courier::forgetDebts(std::uint64_t taken) {
    std::map<std::string, Debt, std::less<>> debts;
    {
        const std::lock_guard lock(mutex_);
        if (taken == taken_) debts.swap(debts_);
    }
    for (const auto& [client, debt] : debts)
        for (const auto& then : debt.waiting) then();
}

} // namespace hookcast::hooks
