#include "cluster/Errands.h"

#include "cluster/Records.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace hookcast::cluster {

using Outcomes = control::RemoteKick::Outcome;

namespace {

constexpr std::string_view kErrandPrefix = "errand/";

/// The number that the text begins with, and the blank behind it, are taken from it.
template <typename Number>
bool takeNumber(std::string_view& text, Number& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end == text.data() + text.size() || *end != ' ') return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
    return true;
}

} // namespace

std::string ErrandRecord::text() const {
    return fmt::format("{} {} {}", fence, untilUnixMs, streamField(stream));
}

std::optional<ErrandRecord> ErrandRecord::read(std::string_view text) {
    ErrandRecord record;
    if (!takeNumber(text, record.fence) || !takeNumber(text, record.untilUnixMs)) return std::nullopt;
    const std::optional<hooks::StreamKey> stream = streamOf(text);
    if (!stream) return std::nullopt;
    record.stream = *stream;
    return record;
}

Errands::Errands(const Leases& leases, const Directory& directory, const base::Clock& clock, Evict evict)
    : leases_(leases), directory_(directory), clock_(clock), evict_(std::move(evict)) {}

void Errands::kick(const hooks::StreamKey& key, OnEnd onEnd) {
    const std::optional<Owner> owner = ownerOf(key);
    if (!owner) {
        onEnd({Outcomes::NotElsewhere, {}});
        return;
    }
    if (open_.size() >= kMostOpen) {
        onEnd({Outcomes::Busy, owner->node});
        return;
    }
    // Another process that has this node's name has another incarnation.
    const std::string field =
        fmt::format("{}{}/{}-{}", kErrandPrefix, owner->node, leases_.terms().incarnation, ++last_);
    const ErrandRecord record{owner->fence, directory_.nowUnixMs() + kPatienceMs, key};
    open_.emplace(field, Open{owner->node, record.text(), clock_.monotonicMs() + kPatienceMs, false, std::move(onEnd)});
}

/// A capture's stream is where the capture is, whatever else is written.
std::optional<Errands::Owner> Errands::ownerOf(const hooks::StreamKey& key) const {
    const auto isOther = [this](const std::string& node) {
        return !node.empty() && node != leases_.terms().node && !leases_.isDead(node);
    };
    const CaptureRecord capture = leases_.captureRecord(key.text());
    if (isOther(capture.owner)) return Owner{capture.owner, capture.fence};
    const std::optional<StreamRecord> stream = StreamRecord::read(leases_.textOf(streamField(key)));
    return stream && isOther(stream->owner) ? std::optional(Owner{stream->owner, stream->fence}) : std::nullopt;
}

bool Errands::isInHaste() const {
    return leases_.hasJoined() && std::ranges::any_of(open_, [](const auto& entry) { return !entry.second.isSent; });
}

void Errands::addTo(Exchange& exchange) {
    asked_.clear();
    if (!leases_.hasJoined()) return;
    const std::int64_t nowMs = clock_.monotonicMs();
    for (const auto& [field, open] : open_) {
        const bool isOverdue = nowMs >= open.untilMs;
        if (open.isSent != isOverdue) continue;
        exchange.changes.push_back(isOverdue ? Change{{{field, open.text}}, {{field, ""}}}
                                             : Change{{{field, ""}}, {{field, open.text}}});
        asked_.push_back(field);
    }
    take(exchange);
}

/// Does what this node is asked, and takes it away.
void Errands::take(Exchange& exchange) {
    std::size_t taken = 0;
    leases_.forEach(fmt::format("{}{}/", kErrandPrefix, leases_.terms().node),
                    [&](const std::string& field, const std::string& text) {
                        if (++taken > kMostTaken) return;
                        const std::optional<ErrandRecord> errand = ErrandRecord::read(text);
                        if (done_.insert(field).second && errand && isOwn(*errand)) evict_(errand->stream);
                        exchange.changes.push_back({{{field, text}}, {{field, ""}}});
                        asked_.emplace_back();
                    });
}

/// Whether it is about what this node has, and in time.
bool Errands::isOwn(const ErrandRecord& errand) const {
    if (directory_.nowUnixMs() > errand.untilUnixMs) return false;
    if (errand.fence == leases_.fenceOf(errand.stream.text())) return true;
    const std::optional<StreamRecord> record = StreamRecord::read(leases_.textOf(streamField(errand.stream)));
    const LeaseTerms& terms = leases_.terms();
    return record && record->owner == terms.node && record->incarnation == terms.incarnation &&
           record->fence == errand.fence;
}

void Errands::onOutcome(const Outcome& outcome, const std::vector<bool>& applied) {
    const std::vector<std::string> asked = std::exchange(asked_, {});
    for (std::size_t i = 0; i < asked.size() && i < applied.size(); ++i) {
        const auto open = open_.find(asked[i]);
        if (open == open_.end() || !applied[i]) continue;
        if (open->second.isSent)
            end(asked[i], Outcomes::Silent);
        else
            open->second.isSent = true;
    }
    for (auto& [field, open] : open_) {
        const bool isThere = leases_.textOf(field) == open.text;
        // Where the state has lost its memory it is not known whether it was done.
        if (outcome.isNewHistory || isThere) open.isSent = isThere;
    }
    std::erase_if(done_, [this](const std::string& field) { return leases_.textOf(field).empty(); });
    std::vector<std::string> gone;
    for (const auto& [field, open] : open_)
        if (open.isSent && leases_.textOf(field).empty()) gone.push_back(field);
    for (const std::string& field : gone) end(field, Outcomes::Done);
    endOverdue();
}

void Errands::onFailure() {
    asked_.clear();
    endOverdue();
}

/// Those that cannot be taken away any more: nobody does anything for them later than this.
void Errands::endOverdue() {
    const std::int64_t nowMs = clock_.monotonicMs();
    std::vector<std::string> overdue;
    for (const auto& [field, open] : open_)
        if (nowMs >= open.untilMs + kPatienceMs || (nowMs >= open.untilMs && !open.isSent)) overdue.push_back(field);
    for (const std::string& field : overdue) end(field, Outcomes::Silent);
}

void Errands::end(const std::string& field, Outcomes outcome) {
    const auto open = open_.find(field);
    if (open == open_.end()) return;
    const Open ended = std::move(open->second);
    open_.erase(open);
    ended.onEnd({outcome, ended.node});
}

} // namespace hookcast::cluster
