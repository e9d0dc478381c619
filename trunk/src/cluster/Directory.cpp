#include "cluster/Directory.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

namespace hookcast::cluster {

using hub::SharedNames;

void Directory::claim(const SharedNames::Claim& claim, SharedNames::OnClaimed onClaimed) {
    const Found found = find(claim.key);
    if (claim.isCapture) {
        const bool isTaken = found.standing == Standing::Theirs && found.record->state != StreamRecord::State::Asked;
        onClaimed(isTaken ? base::Result<SharedNames::Standing>(base::Error{
                                fmt::format("a client publishes this stream on node {}", found.record->owner)})
                          : SharedNames::Standing::Here);
        return;
    }
    Name& name = names_[claim.key];
    if (name.claims.empty() && !name.held) name.sinceMs = nowUnixMs();
    Wanted wanted;
    wanted.claim = claim;
    wanted.onClaimed = std::move(onClaimed);
    wanted.isFresh = !isAlone() && !(name.held && found.standing == Standing::Ours);
    name.claims.insert_or_assign(claim.reservation, std::move(wanted));
    urgent_.insert(claim.key);
    if (isAlone()) grant(claim.key, name);
    answer(claim.key, name);
}

void Directory::move(const SharedNames::Claim& claim, std::function<void()> onMoved) {
    Name& name = names_[claim.key];
    Wanted& wanted = name.claims[claim.reservation];
    wanted.claim = claim;
    wanted.onMoved = std::move(onMoved);
    urgent_.insert(claim.key);
    if (isAlone()) grant(claim.key, name);
    answer(claim.key, name);
}

void Directory::release(const SharedNames::Claim& claim) {
    const auto name = names_.find(claim.key);
    if (claim.isCapture || name == names_.end()) return;
    name->second.claims.erase(claim.reservation);
    urgent_.insert(claim.key);
}

void Directory::setPublished(const hooks::StreamKey& key, const hub::PublishedStreamPtr& stream) {
    Name& name = names_[key];
    name.published = stream;
    name.isStale = false;
    urgent_.insert(key);
}

void Directory::setStale(const hooks::StreamKey& key, bool isStale) {
    const auto name = names_.find(key);
    if (name == names_.end() || std::exchange(name->second.isStale, isStale) == isStale) return;
    urgent_.insert(key);
}

void Directory::addTo(Exchange& exchange) {
    asked_.clear();
    if (!leases_.hasJoined()) {
        grantAll();
        return;
    }
    sweep();
    for (auto& [key, name] : names_)
        if (std::ranges::any_of(name.claims, [](const auto& claim) { return claim.second.isOpen(); }))
            urgent_.insert(key);
    considered_.clear();
    while (!urgent_.empty() && asked_.size() < kMostChanges) {
        const hooks::StreamKey key = urgent_.extract(urgent_.begin()).value();
        const auto name = names_.try_emplace(key).first;
        for (auto& [reservation, wanted] : name->second.claims) wanted.isFresh = false;
        considered_.insert(key);
        plan(exchange, key, name->second);
    }
}

/// What is to be changed of one name, if anything is.
void Directory::plan(Exchange& exchange, const hooks::StreamKey& key, const Name& name) {
    const Found found = find(key);
    if (name.claims.empty() && !name.isPublishedByClient()) {
        const bool isLeftover = found.record && found.record->owner == leases_.terms().node;
        const bool isDeadOnes = found.standing == Standing::Free && !found.text.empty();
        if (found.standing == Standing::Ours || isLeftover || isDeadOnes) remove(exchange, key, found);
        return;
    }
    if (found.standing == Standing::Ours) {
        if (found.record->state != stateOf(name)) write(exchange, key, name, found, found.record->fence);
        return;
    }
    const bool isMoved = std::ranges::any_of(name.claims, [](const auto& claim) { return !!claim.second.onMoved; });
    const bool isFree = found.standing == Standing::Free && captureOwner(key).empty() && wantsRecord(name);
    const bool isOlderOne = name.held && name.held->history != history_ && found.standing == Standing::Theirs &&
                            isOlder(name, *found.record);
    if (!isFree && !isMoved && !isOlderOne) return;
    const std::uint64_t before = std::max(found.record ? found.record->fence : 0, name.held ? name.held->fence : 0);
    write(exchange, key, name, found, std::max(before + 1, static_cast<std::uint64_t>(nowUnixMs())));
}

bool Directory::wantsRecord(const Name& name) {
    return name.held || name.isPublishedByClient() ||
           std::ranges::any_of(name.claims, [](const auto& claim) { return claim.second.isOpen(); });
}

void Directory::write(Exchange& exchange, const hooks::StreamKey& key, const Name& name, const Found& found,
                      std::uint64_t fence) {
    const LeaseTerms& terms = leases_.terms();
    const StreamRecord record{terms.node, terms.incarnation, fence, name.sinceMs, stateOf(name)};
    Change change = conditionsOf(found);
    change.writes.push_back({found.field, record.text()});
    exchange.changes.push_back(std::move(change));
    asked_.push_back(key);
}

void Directory::remove(Exchange& exchange, const hooks::StreamKey& key, const Found& found) {
    Change change = conditionsOf(found);
    change.writes.push_back({found.field, ""});
    exchange.changes.push_back(std::move(change));
    asked_.push_back(key);
}

/// It stands there as it is known here; who is taken for dead still shows no life.
Change Directory::conditionsOf(const Found& found) const {
    Change change;
    change.conditions.push_back({found.field, found.text});
    if (found.standing == Standing::Free && found.record && found.record->owner != leases_.terms().node) {
        const std::string owner = nodeField(found.record->owner);
        change.conditions.push_back({owner, leases_.textOf(owner)});
    }
    return change;
}

std::vector<LostName> Directory::onOutcome(const Outcome& outcome, const std::vector<bool>& applied) {
    isAway_ = false;
    if (outcome.serverUnixMs != 0) clockOffsetMs_ = outcome.serverUnixMs - clock_.monotonicMs();
    for (std::size_t i = 0; i < asked_.size() && i < applied.size(); ++i)
        if (!applied[i]) urgent_.insert(asked_[i]);
    asked_.clear();
    if (std::exchange(history_, leases_.history()) != leases_.history())
        for (const auto& [key, name] : names_) considered_.insert(key);
    for (const Field& field : outcome.news)
        if (const std::optional<hooks::StreamKey> key = streamOf(field.name))
            if (names_.contains(*key) || isOwnersField(field.value)) considered_.insert(*key);
    std::vector<LostName> lost;
    for (const hooks::StreamKey& key : std::exchange(considered_, {})) {
        Name& name = names_[key];
        compare(key, name, lost);
        answer(key, name);
        forgetIfIdle(key);
    }
    return lost;
}

bool Directory::isOwnersField(const std::string& text) const {
    const std::optional<StreamRecord> record = StreamRecord::read(text);
    return record && record->owner == leases_.terms().node;
}

/// What this node thinks that it has, and what is written.
void Directory::compare(const hooks::StreamKey& key, Name& name, std::vector<LostName>& lost) {
    const Found found = find(key);
    if (found.standing == Standing::Ours) {
        name.held = Held{found.record->fence, history_};
        const bool isUsed = !name.claims.empty() || name.isPublishedByClient();
        if (!isUsed || found.record->state != stateOf(name)) urgent_.insert(key);
        return;
    }
    if (found.standing == Standing::Free) {
        const bool isWanted = wantsRecord(name) && captureOwner(key).empty();
        const bool isLeftover = found.record && found.record->owner == leases_.terms().node;
        if (isWanted || isLeftover) urgent_.insert(key);
        return;
    }
    const bool isKnown = name.held && name.held->history == history_;
    if (name.held && !isKnown && isOlder(name, *found.record)) {
        urgent_.insert(key);
        return;
    }
    const bool hadIt = name.held.has_value();
    name.held.reset();
    const bool isTold = name.lost != nullptr && name.lost == name.published;
    if (isTold || (!hadIt && !name.isPublishedByClient())) return;
    name.lost = name.published;
    lost.push_back({key, found.record->owner, !isOlder(name, *found.record)});
}

/// Tells those who wait, as far as it is known by now.
void Directory::answer(const hooks::StreamKey& key, Name& name) {
    const Found found = find(key);
    const bool isOurs = name.held && (found.standing == Standing::Ours || name.held->history.empty());
    std::vector<std::function<void()>> calls; // they may come back here
    for (auto& [reservation, wanted] : name.claims) {
        if (isOurs && wanted.onMoved) calls.push_back(std::exchange(wanted.onMoved, nullptr));
        if (!wanted.onClaimed) continue;
        auto answer =
            isOurs ? base::Result<SharedNames::Standing>(SharedNames::Standing::Here) : answerTo(wanted, found, key);
        if (!answer) continue;
        calls.push_back(
            [onClaimed = std::exchange(wanted.onClaimed, nullptr), answer = *answer] { onClaimed(answer); });
    }
    for (const auto& call : calls) call();
}

std::optional<base::Result<SharedNames::Standing>> Directory::answerTo(const Wanted& wanted, const Found& found,
                                                                       const hooks::StreamKey& key) const {
    using Policy = config::TakeoverConfig::Policy;
    if (wanted.isFresh) return std::nullopt;
    if (const std::string owner = captureOwner(key); !owner.empty())
        return base::Error{fmt::format("node {} fetches this stream", owner)};
    if (found.standing != Standing::Theirs || found.record->state == StreamRecord::State::Asked) return std::nullopt;
    const bool isStale = found.record->state == StreamRecord::State::Stale;
    const Policy policy = wanted.claim.takeover.policy;
    if (policy == Policy::On || (policy == Policy::Stale && isStale)) return SharedNames::Standing::Elsewhere;
    return base::Error{fmt::format("somebody publishes this stream already, on node {}", found.record->owner)};
}

void Directory::onFailure() {
    isAway_ = true;
    for (const hooks::StreamKey& key : std::exchange(considered_, {})) urgent_.insert(key);
    asked_.clear();
    grantAll();
}

void Directory::grantAll() {
    for (auto& [key, name] : names_) {
        grant(key, name);
        answer(key, name);
    }
}

/// Nobody can be asked: what is free as far as is known is taken, and so is what is to be moved.
void Directory::grant(const hooks::StreamKey& key, Name& name) {
    for (auto& [reservation, wanted] : name.claims) wanted.isFresh = false;
    const bool isOpen = std::ranges::any_of(name.claims, [](const auto& claim) { return claim.second.isOpen(); });
    const bool isMoved = std::ranges::any_of(name.claims, [](const auto& claim) { return !!claim.second.onMoved; });
    const Found found = find(key);
    if (name.held || !isOpen || (found.standing == Standing::Theirs && !isMoved)) return;
    if (!captureOwner(key).empty()) return;
    name.held = Held{found.record ? found.record->fence : 0, {}};
    unchecked_.push_back(key);
    urgent_.insert(key);
}

void Directory::leave(Exchange& exchange) const {
    leases_.forEach(kStreamPrefix, [&](const std::string& field, const std::string& text) {
        const std::optional<StreamRecord> record = StreamRecord::read(text);
        if (record && record->owner == leases_.terms().node)
            exchange.changes.push_back({{{field, text}}, {{field, ""}}});
    });
}

/// One of the living takes away what the dead have left behind, once it has been there long enough for who waits for
/// them to come back.
void Directory::sweep() {
    const std::int64_t nowMs = clock_.monotonicMs();
    if (nowMs - sweptAtMs_ < leases_.terms().leaseMs) return;
    sweptAtMs_ = nowMs;
    for (const auto& [node, view] : leases_.nodes()) {
        if (!view.isAlive) continue;
        if (node != leases_.terms().node) return;
        break;
    }
    leases_.forEach(kStreamPrefix, [this](const std::string& field, const std::string& text) {
        const std::optional<StreamRecord> record = StreamRecord::read(text);
        const std::optional<hooks::StreamKey> key = streamOf(field);
        if (record && key && record->owner != leases_.terms().node && leases_.isDead(record->owner, kSweepLeases))
            urgent_.insert(*key);
    });
}

void Directory::forgetIfIdle(const hooks::StreamKey& key) {
    const auto name = names_.find(key);
    const bool isIdle = name->second.claims.empty() && name->second.published == nullptr;
    if (isIdle && find(key).standing != Standing::Ours) names_.erase(name);
}

std::optional<Origin> Directory::originOf(const hooks::StreamKey& key) const {
    const CaptureRecord capture = leases_.captureRecord(key.text());
    Origin origin;
    if (!captureOwner(key).empty()) {
        origin = {capture.owner, {}, capture.fence};
    } else {
        const Found found = find(key);
        if (found.standing != Standing::Theirs || found.record->state == StreamRecord::State::Asked)
            return std::nullopt;
        origin = {found.record->owner, {}, found.record->fence};
    }
    if (const std::optional<NodeRecord> node = NodeRecord::read(leases_.textOf(nodeField(origin.node))))
        origin.address = node->address;
    return origin.address.empty() ? std::nullopt : std::optional(origin);
}

bool Directory::isExpected(const hooks::StreamKey& key) const {
    return !leases_.textOf(streamField(key)).empty() || !leases_.textOf(captureField(key.text())).empty();
}

std::map<hooks::StreamKey, std::uint64_t> Directory::fences() const {
    std::map<hooks::StreamKey, std::uint64_t> fences;
    for (const auto& [key, name] : names_) {
        const std::uint64_t ofCapture = leases_.fenceOf(key.text());
        if (ofCapture != 0)
            fences[key] = ofCapture;
        else if (name.held)
            fences[key] = name.held->fence;
    }
    return fences;
}

std::int64_t Directory::nowUnixMs() const {
    return clockOffsetMs_ ? clock_.monotonicMs() + *clockOffsetMs_ : clock_.unixMs();
}

Directory::Found Directory::find(const hooks::StreamKey& key) const {
    Found found;
    found.field = streamField(key);
    found.text = leases_.textOf(found.field);
    found.record = StreamRecord::read(found.text);
    if (!found.record) return found;
    const LeaseTerms& terms = leases_.terms();
    if (found.record->owner == terms.node)
        found.standing = found.record->incarnation == terms.incarnation ? Standing::Ours : Standing::Free;
    else if (isAlive(found.record->owner, found.record->incarnation))
        found.standing = Standing::Theirs;
    return found;
}

/// Another node that lives and has the capture of this name; empty: there is none.
std::string Directory::captureOwner(const hooks::StreamKey& key) const {
    const CaptureRecord record = leases_.captureRecord(key.text());
    const bool isOthers = !record.owner.empty() && record.owner != leases_.terms().node;
    return isOthers && isAlive(record.owner, record.incarnation) ? record.owner : std::string();
}

/// While nothing is heard of anybody, what was heard last is believed.
bool Directory::isAlive(const std::string& node, const std::string& incarnation) const {
    const std::optional<NodeRecord> record = NodeRecord::read(leases_.textOf(nodeField(node)));
    if (record && (record->incarnation != incarnation || record->hasLeft)) return false;
    return isAway_ || !leases_.isDead(node);
}

bool Directory::isOlder(const Name& name, const StreamRecord& other) const {
    return std::tie(name.sinceMs, leases_.terms().node) < std::tie(other.sinceMs, other.owner);
}

StreamRecord::State Directory::stateOf(const Name& name) {
    if (!name.isPublishedByClient()) return StreamRecord::State::Asked;
    return name.isStale ? StreamRecord::State::Stale : StreamRecord::State::Live;
}

} // namespace hookcast::cluster
