#include "cluster/Pulls.h"

#include "base/Log.h"
#include "net/EndReasons.h"
#include "rtmp/PullSession.h"

#include <fmt/format.h>

#include <iterator>
#include <utility>

namespace hookcast::cluster {

namespace {

MakePullLink makeSession(base::WorkerThread& resolver) {
    return [&resolver](net::Loop& loop, rtmp::PullLink::Terms terms, rtmp::PullLink::Owner& owner) {
        return std::make_unique<rtmp::PullSession>(loop, resolver, std::move(terms), owner);
    };
}

} // namespace

std::string_view nameOf(PullFigures::State state) {
    switch (state) {
    case PullFigures::State::Connecting: return "connecting";
    case PullFigures::State::Flowing: return "flowing";
    case PullFigures::State::Waiting: return "waiting";
    case PullFigures::State::NoOrigin: return "no_origin";
    }
    return {};
}

Pulls::Pulls(const visits::Services& services, Terms terms, std::span<const std::unique_ptr<net::Loop>> loops,
             MakePullLink makeLink)
    : resolver_(services.log, "pulls"), context_{services,
                                                 std::move(terms.node),
                                                 std::move(terms.secret),
                                                 std::move(terms.nowUnixMs),
                                                 terms.idleMs,
                                                 makeLink ? std::move(makeLink) : makeSession(resolver_)},
      loops_(loops), most_(terms.most) {}

Pulls::~Pulls() {
    stop(net::kServerStopped);
}

void Pulls::pull(const hooks::StreamKey& key, const std::optional<Origin>& origin) {
    const std::lock_guard lock(mutex_);
    Entry* entry = find(key);
    if (entry == nullptr) entry = begin(key);
    if (entry == nullptr) return;
    ++entry->said;
    entry->origin = origin;
    entry->isWanted = true;
    entry->loop->post([pull = entry->pull, origin] { pull->want(origin); });
}

Pulls::Entry* Pulls::find(const hooks::StreamKey& key) {
    const auto found = entries_.find(key);
    return found == entries_.end() ? nullptr : &found->second;
}

Pulls::Entry* Pulls::begin(const hooks::StreamKey& key) {
    if (isStopped_ || context_.secret.empty()) return nullptr;
    net::Loop& loop = *loops_[nextLoop_ % loops_.size()];
    if (entries_.size() >= most_) {
        ++refused_;
        context_.log.about(
            "", "max_pulls", base::LogLevel::Warn, "cluster", loop.clock().monotonicMs(),
            fmt::format("{} is not pulled: {} streams are (max_pulls)", base::printable(key.text()), entries_.size()));
        return nullptr;
    }
    ++nextLoop_;
    Entry entry;
    entry.loop = &loop;
    entry.figures = std::make_shared<PullFigures>();
    entry.pull = std::make_shared<Pull>(context_, loop, key, entry.figures);
    entry.sinceUnixMs = loop.clock().unixMs();
    return &entries_.emplace(key, std::move(entry)).first->second;
}

void Pulls::release(const hooks::StreamKey& key) {
    const std::lock_guard lock(mutex_);
    Entry* entry = find(key);
    if (entry == nullptr) return;
    entry->isWanted = false;
    const std::uint64_t said = ++entry->said;
    entry->loop->post([this, key, said, pull = entry->pull] {
        pull->release([this, key, said, itself = pull.get()] { return letGo(key, itself, said); });
    });
}

/// On the pull's loop: it ends unless something has been said to it since, which then is on its way.
bool Pulls::letGo(const hooks::StreamKey& key, const Pull* pull, std::uint64_t said) {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(key);
    if (found == entries_.end() || found->second.pull.get() != pull || found->second.said != said) return false;
    // It is in the middle of a call of its timer's.
    found->second.loop->post([gone = std::move(found->second.pull)] {});
    entries_.erase(found);
    return true;
}

void Pulls::end(const hooks::StreamKey& key, const std::string& reason) {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(key);
    if (found == entries_.end()) return;
    finish(found->second, reason);
    entries_.erase(found);
}

void Pulls::finish(Entry& entry, const std::string& reason) {
    entry.loop->post([pull = std::move(entry.pull), reason] { pull->end(reason); });
}

void Pulls::endVhosts(const std::function<bool(const std::string& vhost)>& isGone, const std::string& reason) {
    const std::lock_guard lock(mutex_);
    for (auto entry = entries_.begin(); entry != entries_.end();) {
        const bool ends = isGone(entry->first.vhost);
        if (ends) finish(entry->second, reason);
        entry = ends ? entries_.erase(entry) : std::next(entry);
    }
}

void Pulls::stop(const std::string& reason) {
    Entries ended;
    {
        const std::lock_guard lock(mutex_);
        if (std::exchange(isStopped_, true)) return;
        ended.swap(entries_);
    }
    for (auto& [key, entry] : ended) finish(entry, reason);
    // What was said to one that has ended before is over by then, too.
    for (const auto& loop : loops_) loop->runAndWait([] {});
}

std::vector<PullView> Pulls::views() const {
    const std::lock_guard lock(mutex_);
    std::vector<PullView> views;
    views.reserve(entries_.size());
    for (const auto& [key, entry] : entries_)
        views.push_back({key, entry.origin, entry.figures->state.load(std::memory_order_relaxed), entry.isWanted,
                         entry.sinceUnixMs, entry.figures->bytes.load(std::memory_order_relaxed)});
    return views;
}

std::uint64_t Pulls::refused() const {
    const std::lock_guard lock(mutex_);
    return refused_;
}

} // namespace hookcast::cluster
