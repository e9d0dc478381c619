#include "cluster/Leases.h"

#include "cluster/Sharing.h"

#include <algorithm>
#include <utility>

namespace hookcast::cluster {

Leases::Leases(LeaseTerms terms, const base::Clock& clock) : terms_(std::move(terms)), clock_(clock) {}

void Leases::setWanted(std::vector<WantedCapture> wanted) {
    wanted_.clear();
    for (WantedCapture& capture : wanted) {
        const std::string key = capture.key;
        wanted_.emplace(key, std::move(capture));
    }
    std::erase_if(ready_, [this](const std::string& key) { return !wanted_.contains(key); });
    updateReturns(isValid());
}

void Leases::setReady(const std::string& capture) {
    if (wanted_.contains(capture)) ready_.insert(capture);
}

Exchange Leases::next() {
    Exchange exchange;
    exchange.revision = revision_;
    asked_.clear();
    askedAtMs_ = clock_.monotonicMs();
    if (!knows_ || isNameTaken_) return exchange;
    renew(exchange);
    ripen(exchange);
    if (!hasJoined_ || !isValid()) return exchange;
    reassert(exchange);
    release(exchange);
    if (isRipe()) claim(exchange);
    return exchange;
}

void Leases::ask(Exchange& exchange, Change change, Asked asked) {
    exchange.changes.push_back(std::move(change));
    asked_.push_back(std::move(asked));
}

void Leases::renew(Exchange& exchange) {
    const std::string field = nodeField(terms_.node);
    const std::string before = textOf(field);
    const std::optional<NodeRecord> record = NodeRecord::read(before);
    const bool isOwn = record && record->incarnation == terms_.incarnation;
    if (isOwn && askedAtMs_ < renewAtMs_) return;
    // What another process has left behind, under this name, must have shown for a lease that nobody lives there.
    if (!isOwn && !before.empty() && !(record && record->hasLeft) &&
        askedAtMs_ - view_.at(field).sinceMs < terms_.leaseMs)
        return;
    NodeRecord renewed;
    renewed.incarnation = terms_.incarnation;
    renewed.beat = record ? record->beat + 1 : 1;
    renewed.inputKbps = inputKbps_;
    renewed.measuredCaptures = measuredCaptures_;
    renewed.maxCaptures = terms_.maxCaptures;
    renewed.maxInputKbps = terms_.maxInputKbps;
    renewed.address = terms_.address;
    const std::string text = renewed.text();
    ask(exchange, {{{field, before}}, {{field, text}}}, {Asked::Kind::Renewal, {}, {}, text});
}

void Leases::ripen(Exchange& exchange) {
    const std::string field(kRipeField);
    if (isRipe() || askedAtMs_ - historySinceMs_ < terms_.leaseMs) return;
    ask(exchange, {{{field, textOf(field)}}, {{field, history_}}}, {Asked::Kind::Ripening, {}, {}, {}});
}

void Leases::reassert(Exchange& exchange) {
    for (const auto& [capture, held] : held_) {
        const std::string field = captureField(capture);
        if (captureRecord(capture).fence >= held.fence || askedAtMs_ >= held.validUntilMs) continue;
        const CaptureRecord record{terms_.node, terms_.incarnation, held.fence, ""};
        ask(exchange, {{{field, textOf(field)}}, {{field, record.text()}}},
            {Asked::Kind::Reassertion, capture, record, {}});
    }
}

void Leases::release(Exchange& exchange) {
    for (const auto& [capture, held] : held_) {
        if (wanted_.contains(capture)) continue;
        const std::string field = captureField(capture);
        ask(exchange, {{{field, textOf(field)}}, {{field, ""}}}, {Asked::Kind::Release, capture, {}, {}});
    }
}

void Leases::claim(Exchange& exchange) {
    std::size_t claims = 0;
    for (const auto& [key, wanted] : wanted_) {
        if (claims == kClaimsAtOnce) return;
        const auto returning = returns_.find(key);
        const bool comesHome =
            returning != returns_.end() &&
            (ready_.contains(key) || askedAtMs_ - returning->second >= kReadyLeases * terms_.leaseMs);
        if (!comesHome && !isOwnTo(wanted)) continue;
        askFor(exchange, wanted, comesHome ? Asked::Kind::Return : Asked::Kind::Claim);
        ++claims;
    }
    std::map<std::string, NodeLoad> loads;
    for (const auto& [name, view] : nodes())
        if (view.isAlive)
            loads[name] = {view.captures, view.record.inputKbps, view.record.measuredCaptures, view.record.maxCaptures,
                           view.record.maxInputKbps};
    if (loads.contains(terms_.node)) loads[terms_.node].captures += claims;
    for (const auto& [key, node] : shareOut(orphans(), std::move(loads))) {
        if (node != terms_.node) continue;
        if (claims++ == kClaimsAtOnce) return;
        askFor(exchange, wanted_.at(key), Asked::Kind::Claim);
    }
}

/// The name is free, or its owner and its home have been without a sign for a lease, and are so at that moment.
void Leases::askFor(Exchange& exchange, const WantedCapture& wanted, Asked::Kind kind) {
    const std::string field = captureField(wanted.key);
    const std::string own = nodeField(terms_.node);
    const CaptureRecord before = captureRecord(wanted.key);
    const auto renewal = std::ranges::find(asked_, Asked::Kind::Renewal, &Asked::kind);
    Change change;
    change.conditions.push_back({field, textOf(field)});
    change.conditions.push_back({own, renewal == asked_.end() ? textOf(own) : renewal->text});
    if (kind == Asked::Kind::Claim)
        for (const std::string& node : {before.owner, wanted.home})
            if (!node.empty() && node != terms_.node)
                change.conditions.push_back({nodeField(node), textOf(nodeField(node))});
    const std::string from = before.owner.empty() || before.owner == terms_.node ? before.from : before.owner;
    const std::uint64_t fence = std::max(before.fence + 1, static_cast<std::uint64_t>(clock_.unixMs()));
    const CaptureRecord record{terms_.node, terms_.incarnation, fence, from};
    change.writes.push_back({field, record.text()});
    ask(exchange, std::move(change), {kind, wanted.key, record, {}, !from.empty() && isDead(from)});
}

LeaseNews Leases::onOutcome(const Outcome& outcome) {
    LeaseNews news;
    const bool wasValid = isValid();
    learn(outcome);
    noteUnreadable(outcome, news);
    for (std::size_t i = 0; i < asked_.size() && i < outcome.applied.size(); ++i)
        if (outcome.applied[i]) settle(asked_[i], news);
    asked_.clear();
    compareHeld(wasValid, news);
    updateReturns(wasValid);
    news.isNameTaken = isNameTaken_;
    return news;
}

void Leases::learn(const Outcome& outcome) {
    const std::int64_t nowMs = clock_.monotonicMs();
    if (outcome.isNewHistory) {
        view_.clear();
        stranger_ = {};
        history_ = outcome.history;
        historySinceMs_ = nowMs;
    }
    knows_ = true;
    if (outcome.isComplete && !outcome.isNewHistory) forgetAllBut(outcome.news);
    for (const Field& field : outcome.news) {
        if (field.value.empty()) {
            view_.erase(field.name);
            continue;
        }
        Seen& seen = view_.try_emplace(field.name, Seen{field.value, nowMs}).first->second;
        if (seen.text != field.value) seen = {field.value, nowMs};
    }
    revision_ = outcome.revision;

    const std::string own = textOf(nodeField(terms_.node));
    const std::optional<NodeRecord> record = NodeRecord::read(own);
    hasJoined_ = record && record->incarnation == terms_.incarnation;
    if (hasJoined_ || own.empty()) {
        stranger_ = {};
        return;
    }
    const std::string incarnation = record && !record->hasLeft ? record->incarnation : std::string();
    if (incarnation != stranger_.incarnation) stranger_ = {incarnation, own, 0};
    if (std::exchange(stranger_.text, own) != own) ++stranger_.beats;
    if (incarnation.empty() || stranger_.beats < kBeatsOfALife) return;
    isNameTaken_ = true;
    validUntilMs_ = 0;
    held_.clear();
}

void Leases::forgetAllBut(const std::vector<Field>& fields) {
    std::set<std::string_view> names;
    for (const Field& field : fields) names.insert(field.name);
    std::erase_if(view_, [&names](const auto& seen) { return !names.contains(seen.first); });
}

void Leases::noteUnreadable(const Outcome& outcome, LeaseNews& news) {
    if (outcome.isNewHistory) unreadable_.clear();
    for (const Field& field : outcome.news) {
        const bool isGood = field.value.empty() ||
                            (field.name.starts_with(kNodePrefix)      ? NodeRecord::read(field.value).has_value()
                             : field.name.starts_with(kCapturePrefix) ? CaptureRecord::read(field.value).has_value()
                                                                      : true);
        if (isGood)
            unreadable_.erase(field.name);
        else if (unreadable_.insert(field.name).second)
            news.unreadable.push_back(field.name);
    }
}

void Leases::settle(const Asked& asked, LeaseNews& news) {
    switch (asked.kind) {
    case Asked::Kind::Renewal:
        if (!hasJoined_) return;
        validUntilMs_ = askedAtMs_ + terms_.leaseMs - terms_.leaseMs / kMarginPart;
        renewAtMs_ = askedAtMs_ + terms_.leaseMs / kRenewalPart;
        return;
    case Asked::Kind::Claim:
    case Asked::Kind::Return:
        held_[asked.capture] = {asked.record.fence, 0};
        if (asked.isFromDead) news.captured[asked.record.from].push_back(asked.capture);
        return;
    case Asked::Kind::Release: held_.erase(asked.capture); return;
    case Asked::Kind::Reassertion:
    case Asked::Kind::Ripening: return;
    }
}

/// What is still this node's is so for as long as the lease is by now; but what it has not been for a while only once
/// somebody else would have said otherwise. What is not written there, as the state has forgotten it, stays for as long
/// as it was, and is written again by then.
void Leases::compareHeld(bool wasValid, LeaseNews& news) {
    const std::int64_t nowMs = clock_.monotonicMs();
    for (auto held = held_.begin(); held != held_.end();) {
        const auto& [capture, its] = *held;
        const CaptureRecord record = captureRecord(capture);
        const bool isOurs = isMine(record) && record.fence == its.fence;
        if (isOurs && (isRipe() || nowMs < its.validUntilMs)) held->second.validUntilMs = validUntilMs_;
        const bool isForgotten = record.fence < its.fence && !isUnreadable(capture);
        const bool isOthers = !isForgotten && !isOurs;
        const bool isOver = isForgotten && nowMs >= its.validUntilMs;
        if (!isOthers && !isOver) {
            ++held;
            continue;
        }
        const auto wanted = wanted_.find(capture);
        const bool goesHome = isOthers && wanted != wanted_.end() && wanted->second.home == record.owner &&
                              record.from == terms_.node && wasValid;
        if (goesHome)
            news.released[record.owner].push_back(capture);
        else if (isOthers && wanted != wanted_.end() && !isUnreadable(capture))
            news.fenced.push_back(capture);
        ready_.erase(capture);
        held = held_.erase(held);
    }
}

/// Who has not fetched in between, as its lease was over, begins anew.
void Leases::updateReturns(bool wasValid) {
    const bool fetches = wasValid && isValid();
    for (const auto& [key, wanted] : wanted_) {
        const std::string owner = captureRecord(key).owner;
        const bool comesBack = fetches && wanted.home == terms_.node && !held_.contains(key) && !owner.empty() &&
                               owner != terms_.node && !isDead(owner);
        if (comesBack)
            returns_.try_emplace(key, clock_.monotonicMs());
        else if (returns_.erase(key) > 0 && !held_.contains(key))
            ready_.erase(key);
    }
    std::erase_if(returns_, [this](const auto& entry) { return !wanted_.contains(entry.first); });
}

Exchange Leases::farewell() {
    Exchange exchange;
    exchange.revision = revision_;
    asked_.clear();
    validUntilMs_ = 0;
    if (!hasJoined_) return exchange;
    for (const auto& [capture, held] : held_) {
        const std::string field = captureField(capture);
        const CaptureRecord free{"", "", held.fence, terms_.node};
        exchange.changes.push_back({{{field, textOf(field)}}, {{field, free.text()}}});
    }
    const std::string field = nodeField(terms_.node);
    std::optional<NodeRecord> record = NodeRecord::read(textOf(field));
    record->hasLeft = true;
    exchange.changes.push_back({{{field, textOf(field)}}, {{field, record->text()}}});
    held_.clear();
    return exchange;
}

std::set<std::string> Leases::fetched() const {
    std::set<std::string> captures;
    const std::int64_t nowMs = clock_.monotonicMs();
    for (const auto& [capture, held] : held_)
        if (nowMs < held.validUntilMs && wanted_.contains(capture)) captures.insert(capture);
    if (nowMs < validUntilMs_)
        for (const auto& [capture, sinceMs] : returns_) captures.insert(capture);
    return captures;
}

std::int64_t Leases::validUntilMs() const {
    const std::int64_t nowMs = clock_.monotonicMs();
    std::int64_t next = validUntilMs_;
    for (const auto& [capture, held] : held_)
        if (nowMs < held.validUntilMs) next = std::min(next, held.validUntilMs);
    return next;
}

std::uint64_t Leases::fenceOf(const std::string& capture) const {
    const auto held = held_.find(capture);
    return held == held_.end() ? 0 : held->second.fence;
}

void Leases::forEach(std::string_view prefix,
                     const std::function<void(const std::string&, const std::string&)>& each) const {
    for (auto field = view_.lower_bound(std::string(prefix)); field != view_.end(); ++field) {
        if (!field->first.starts_with(prefix)) return;
        if (!field->second.text.empty()) each(field->first, field->second.text);
    }
}

std::map<std::string, Leases::NodeView> Leases::nodes() const {
    std::map<std::string, NodeView> nodes;
    forEach(kNodePrefix, [&](const std::string& field, const std::string& text) {
        const std::optional<NodeRecord> record = NodeRecord::read(text);
        if (!record) return;
        const std::string name = field.substr(kNodePrefix.size());
        nodes[name] = {*record, name == terms_.node ? hasJoined_ : !isDead(name), 0, view_.at(field).sinceMs};
    });
    forEach(kCapturePrefix, [&](const std::string& /*field*/, const std::string& text) {
        const std::optional<CaptureRecord> record = CaptureRecord::read(text);
        if (!record) return;
        if (const auto node = nodes.find(record->owner); node != nodes.end()) ++node->second.captures;
    });
    return nodes;
}

/// Whether a capture is this node's to take without sharing it out: it comes home, or an earlier life had it, or an
/// exchange whose outcome never came. By a new number in any case: a replica may not have heard of the newest.
bool Leases::isOwnTo(const WantedCapture& wanted) const {
    if (held_.contains(wanted.key) || isUnreadable(wanted.key)) return false;
    const CaptureRecord record = captureRecord(wanted.key);
    if (record.owner == terms_.node) return wanted.home.empty() || wanted.home == terms_.node || isDead(wanted.home);
    return wanted.home == terms_.node && isFree(record);
}

/// Whether nobody has it, or somebody dead.
bool Leases::isFree(const CaptureRecord& record) const {
    return record.owner.empty() || (record.owner != terms_.node && isDead(record.owner));
}

std::vector<std::string> Leases::orphans() const {
    std::vector<std::string> orphans;
    for (const auto& [key, wanted] : wanted_) {
        if (held_.contains(key) || isUnreadable(key)) continue;
        const bool isElsewhereAtHome = !wanted.home.empty() && (wanted.home == terms_.node || !isDead(wanted.home));
        if (!isElsewhereAtHome && isFree(captureRecord(key))) orphans.push_back(key);
    }
    return orphans;
}

bool Leases::isDead(const std::string& node, std::int64_t leases) const {
    if (node == terms_.node) return false;
    const auto seen = view_.find(nodeField(node));
    const std::int64_t sinceMs = seen == view_.end() ? historySinceMs_ : seen->second.sinceMs;
    if (seen != view_.end()) {
        const std::optional<NodeRecord> record = NodeRecord::read(seen->second.text);
        if (record && record->hasLeft && isRipe()) return true;
    }
    return clock_.monotonicMs() - sinceMs >= leases * terms_.leaseMs;
}

std::string Leases::textOf(const std::string& field) const {
    const auto seen = view_.find(field);
    return seen == view_.end() ? std::string() : seen->second.text;
}

CaptureRecord Leases::captureRecord(const std::string& capture) const {
    return CaptureRecord::read(textOf(captureField(capture))).value_or(CaptureRecord());
}

} // namespace hookcast::cluster
