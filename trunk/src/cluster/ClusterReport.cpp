#include "cluster/ClusterReport.h"

#include "cluster/Records.h"
#include "net/EndReasons.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace hookcast::cluster {

using control::ClusterView;
using control::Listed;
using control::Slice;

namespace {

/// So often all that is shared is counted for the figures.
constexpr std::int64_t kCountMs = 2000;

const char* nameOf(StreamRecord::State state) {
    switch (state) {
    case StreamRecord::State::Asked: return "asked";
    case StreamRecord::State::Live: return "live";
    case StreamRecord::State::Stale: return "stale";
    }
    return "";
}

/// Of the fields whose name begins with `prefix`, those of the slice; `read` makes an item of a field that is ours, and
/// is called for these only, as there may be very many.
template <typename Item, typename Read>
Listed<Item> listOf(const Leases& leases, std::string_view prefix, const Slice& slice, const Read& read) {
    Listed<Item> list;
    leases.forEach(prefix, [&](const std::string& field, const std::string& text) {
        const std::size_t place = list.total++;
        if (place < slice.start || list.items.size() >= slice.count) return;
        if (std::optional<Item> item = read(field.substr(prefix.size()), text)) list.items.push_back(*std::move(item));
    });
    return list;
}

} // namespace

ClusterReport::ClusterReport(const Parts& parts, std::function<void()> onHaste)
    : parts_(parts), onHaste_(std::move(onHaste)),
      errands_(parts.leases, parts.directory, parts.clock, [this](const hooks::StreamKey& key) { evict(key); }),
      redisSinceMs_(parts.clock.monotonicMs()) {}

void ClusterReport::evict(const hooks::StreamKey& key) {
    if (onKick_) onKick_(key);
    parts_.streams.evict(key, net::kKicked);
}

void ClusterReport::view(const Slice& slice, std::function<void(ClusterView)> onView) {
    parts_.loop.post([this, slice, onView = std::move(onView)] { onView(viewNow(slice)); });
}

control::ClusterFigures ClusterReport::figures() const {
    control::ClusterFigures figures;
    {
        const std::lock_guard lock(mutex_);
        figures = figures_;
    }
    if (pulls_) figures.pulls = pulls_().size();
    return figures;
}

void ClusterReport::kick(const hooks::StreamKey& key, std::function<void(control::RemoteKick)> onEnd) {
    parts_.loop.post([this, key, onEnd = std::move(onEnd)]() mutable {
        errands_.kick(key, std::move(onEnd));
        if (errands_.isInHaste()) onHaste_();
    });
}

void ClusterReport::onOutcome(const Outcome& outcome, const std::vector<bool>& applied) {
    errands_.onOutcome(outcome, applied);
    noteAnswer(true);
    count();
}

void ClusterReport::onFailure() {
    errands_.onFailure();
    noteAnswer(false);
}

void ClusterReport::noteAnswer(bool isUp) {
    if (std::exchange(isRedisUp_, isUp) != isUp) redisSinceMs_ = parts_.clock.monotonicMs();
    const std::lock_guard lock(mutex_);
    figures_.isRedisUp = isUp;
    ++figures_.exchanges;
    if (!isUp) ++figures_.failures;
}

void ClusterReport::count() {
    const std::int64_t nowMs = parts_.clock.monotonicMs();
    if (countedAtMs_ != 0 && nowMs - countedAtMs_ < kCountMs) return;
    countedAtMs_ = nowMs;
    control::ClusterFigures counted;
    for (const auto& [name, node] : parts_.leases.nodes())
        if (node.isAlive) ++counted.nodes;
    parts_.leases.forEach(kCapturePrefix, [&](const std::string& field, const std::string& /*text*/) {
        if (parts_.leases.fenceOf(field.substr(kCapturePrefix.size())) != 0) ++counted.captures;
    });
    const std::string own = parts_.leases.terms().node + " ";
    parts_.leases.forEach(kStreamPrefix, [&](const std::string& /*field*/, const std::string& text) {
        ++counted.streams;
        if (text.starts_with(own)) ++counted.names;
    });
    const std::lock_guard lock(mutex_);
    figures_.nodes = counted.nodes;
    figures_.captures = counted.captures;
    figures_.names = counted.names;
    figures_.streams = counted.streams;
}

ClusterView ClusterReport::viewNow(const Slice& slice) const {
    const std::int64_t nowMs = parts_.clock.monotonicMs();
    const LeaseTerms& terms = parts_.leases.terms();
    ClusterView view;
    view.cluster = terms.cluster;
    view.node = terms.node;
    view.leaseMs = terms.leaseMs;
    view.isRedisUp = isRedisUp_;
    view.redisSinceMs = nowMs - redisSinceMs_;
    view.leaseEndsInMs = std::max<std::int64_t>(0, parts_.leases.validUntilMs() - nowMs);
    std::vector<ClusterView::Node> nodes;
    for (const auto& [name, node] : parts_.leases.nodes()) {
        const NodeRecord& record = node.record;
        nodes.push_back({name, record.address, node.isAlive, nowMs - node.heardAtMs, node.captures, record.inputKbps,
                         record.maxCaptures, record.maxInputKbps});
    }
    view.nodes = {slice.of(nodes), nodes.size()};
    view.captures = listOf<ClusterView::Capture>(
        parts_.leases, kCapturePrefix, slice, [](const std::string& name, const std::string& text) {
            const auto record = CaptureRecord::read(text);
            return record ? std::optional(ClusterView::Capture{name, record->owner, record->fence}) : std::nullopt;
        });
    view.streams = listOf<ClusterView::Stream>(
        parts_.leases, kStreamPrefix, slice, [](const std::string& name, const std::string& text) {
            const auto record = StreamRecord::read(text);
            return record ? std::optional(ClusterView::Stream{name, record->owner, record->fence, nameOf(record->state),
                                                              record->sinceMs})
                          : std::nullopt;
        });
    if (pulls_) {
        const std::vector<ClusterView::Pull> pulls = pulls_();
        view.pulls = {slice.of(pulls), pulls.size()};
    }
    return view;
}

} // namespace hookcast::cluster
