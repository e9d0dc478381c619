#include "hls/Viewers.h"

#include "base/RandomId.h"

#include <algorithm>
#include <utility>

namespace hookcast::hls {

namespace {

/// 36^25 is more than 2^128.
constexpr std::size_t kTokenLength = 25;

constexpr std::int64_t kLookMs = 1000;

} // namespace

Viewers::Viewers(visits::Services& services, Streams& streams, net::ConnectionBudget& budget,
                 std::span<const std::unique_ptr<net::Loop>> loops)
    : services_(services), streams_(streams), budget_(budget) {
    for (const auto& loop : loops) homes_.push_back(std::make_unique<Home>(*this, *loop));
}

Viewers::~Viewers() = default;

void Viewers::Home::add(ViewerPtr viewer) {
    if (!std::exchange(beats, true)) loop.rhythms().join(kLookMs, *this);
    const ViewerPass* const key = viewer->pass().get();
    viewers.emplace(key, std::move(viewer));
}

/// He may be on the stack: he is destroyed by a post.
void Viewers::Home::remove(Viewer& viewer) {
    const auto found = viewers.find(viewer.pass().get());
    if (found == viewers.end()) return;
    loop.post([kept = std::move(found->second)] {});
    viewers.erase(found);
    owner.forget(viewer.pass());
    if (!viewers.empty() || !std::exchange(beats, false)) return;
    loop.rhythms().leave(kLookMs, *this);
}

void Viewers::Home::onBeat() {
    const std::int64_t nowMs = loop.clock().monotonicMs();
    std::vector<ViewerPtr> all;
    all.reserve(viewers.size());
    for (const auto& [key, viewer] : viewers) all.push_back(viewer);
    for (const ViewerPtr& viewer : all) viewer->look(nowMs);
}

Viewers::Home& Viewers::homeOf(const net::Loop& loop) {
    return **std::ranges::find_if(homes_, [&loop](const auto& home) { return &home->loop == &loop; });
}

Viewers::Shard& Viewers::shardOf(std::string_view token) {
    return shards_[std::hash<std::string_view>()(token) % kShards];
}

base::Result<ViewerPassPtr> Viewers::open(const Viewer::Wanted& wanted, net::Loop& loop, bool hasToken,
                                          const ViewerPass::Identity* identity) {
    loop.assertCurrent();
    Streams::Figures& figures = streams_.figures();
    base::Result<net::ConnectionPlace> place = budget_.take(wanted.ip);
    if (!place) {
        ++figures.refused;
        return place.error();
    }
    ++figures.viewers;
    Home& home = homeOf(loop);
    auto pass = std::make_shared<ViewerPass>(hasToken ? base::randomId(kTokenLength) : std::string(),
                                             keys_.share(wanted.key), wanted.ip, loop, loop.clock().monotonicMs());
    auto viewer = std::make_shared<Viewer>(services_, streams_, wanted, std::move(place.value()), pass,
                                           [&home](Viewer& gone) { home.remove(gone); });
    home.add(viewer);
    enter(pass, identity);
    viewer->start(wanted);
    return pass;
}

void Viewers::enter(const ViewerPassPtr& pass, const ViewerPass::Identity* identity) {
    if (!pass->token().empty()) {
        Shard& shard = shardOf(pass->token());
        const std::lock_guard lock(shard.mutex);
        shard.passes.insert(pass);
    }
    if (identity == nullptr) return;
    const std::lock_guard lock(identitiesMutex_);
    identityOf_[pass.get()] = identities_.emplace(*identity, pass);
}

void Viewers::forget(const ViewerPassPtr& pass) {
    --streams_.figures().viewers;
    if (!pass->token().empty()) {
        Shard& shard = shardOf(pass->token());
        const std::lock_guard lock(shard.mutex);
        shard.passes.erase(pass);
    }
    const std::lock_guard lock(identitiesMutex_);
    const auto node = identityOf_.extract(pass.get());
    if (!node.empty()) identities_.erase(node.mapped());
}

ViewerPassPtr Viewers::find(std::string_view token) const {
    const Shard& shard = shards_[std::hash<std::string_view>()(token) % kShards];
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.passes.find(token);
    return found == shard.passes.end() ? nullptr : *found;
}

ViewerPassPtr Viewers::find(const ViewerPass::Identity& identity) const {
    const std::lock_guard lock(identitiesMutex_);
    const auto found = identities_.find(identity);
    return found == identities_.end() ? nullptr : found->second;
}

ViewerPassPtr Viewers::findAny(const ViewerPass::Identity& identity) const {
    const std::lock_guard lock(identitiesMutex_);
    const ViewerPass::Identity from{identity.key, identity.ip, identity.agent, {}};
    for (auto found = identities_.lower_bound(from); found != identities_.end(); ++found) {
        const ViewerPass::Identity& its = found->first;
        if (its.key != from.key || its.ip != from.ip || its.agent != from.agent) break;
        if (found->second->state() == ViewerPass::State::Admitted) return found->second;
    }
    return nullptr;
}

void Viewers::noteAbandoned(const ViewerPassPtr& pass) {
    if (pass->state() != ViewerPass::State::Asked) return;
    pass->home().post([this, pass] {
        Home& home = homeOf(pass->home());
        const auto found = home.viewers.find(pass.get());
        if (found == home.viewers.end()) return;
        const ViewerPtr kept = found->second;
        kept->endIfAbandoned();
    });
}

void Viewers::end(const ViewerPassPtr& pass, const std::string& reason) {
    pass->home().post([this, pass, reason] {
        Home& home = homeOf(pass->home());
        const auto found = home.viewers.find(pass.get());
        if (found == home.viewers.end()) return;
        const ViewerPtr kept = found->second;
        kept->end(reason);
    });
}

void Viewers::endVhosts(const std::function<bool(const std::string& vhost)>& isGone, const std::string& reason) {
    for (const auto& home : homes_) {
        home->loop.runAndWait([&] {
            const auto viewers = home->viewers;
            for (const auto& [key, viewer] : viewers)
                if (isGone(viewer->key().vhost)) viewer->end(reason);
        });
    }
    // What has ended was posted to be destroyed before this.
    for (const auto& home : homes_) home->loop.runAndWait([] {});
}

} // namespace hookcast::hls
