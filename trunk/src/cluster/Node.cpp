#include "cluster/Node.h"

#include "base/JsonWriter.h"
#include "net/EndReasons.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <set>
#include <stdexcept>
#include <utility>

namespace hookcast::cluster {

namespace {

/// So often, at least, news are asked for.
constexpr std::int64_t kPollMs = 1000;
/// And at most.
constexpr std::int64_t kLeastPollMs = 50;
/// A rate is that of so long a time, at least.
constexpr std::int64_t kLeastMeasureMs = 900;
constexpr std::int64_t kBitsPerByte = 8;
/// Captures that one line of the log names.
constexpr std::size_t kNamed = 5;

std::string listOf(const std::vector<std::string>& captures) {
    std::string text;
    for (std::size_t i = 0; i < captures.size() && i < kNamed; ++i)
        text += (i == 0 ? "" : ", ") + base::printable(captures[i]);
    if (captures.size() > kNamed) text += fmt::format(" and {} more", captures.size() - kNamed);
    return text;
}

} // namespace

Node::Node(const LeaseTerms& terms, std::unique_ptr<SharedState> state, const Parts& parts)
    : terms_(terms), parts_(parts), loop_("cluster", parts.clock, parts.log),
      pictures_([this](const std::string& stream) { loop_.post([this, stream] { leases_.setReady(stream); }); }),
      state_(std::move(state)), leases_(terms, parts.clock), directory_(leases_, parts.clock),
      plan_(parts.puller == nullptr ? std::nullopt
                                    : std::optional<PullPlan>(std::in_place, directory_, leases_, *parts.puller)),
      desk_({loop_, directory_, plan_ ? &*plan_ : nullptr}, [this] { talkIfWorthwhile(); }),
      report_({loop_, leases_, directory_, parts.streams, parts.clock}, [this] { talkIfWorthwhile(); }), timer_(loop_) {
    parts_.streams.addListener(pictures_);
    parts_.streams.addListener(desk_);
    parts_.streams.addDemand(desk_);
    parts_.streams.shareNames(desk_);
    parts_.captures.permit({});
}

Node::~Node() {
    stop(net::kClosed);
}

void Node::start() {
    loop_.start();
    isRunning_ = true;
    loop_.post([this] { tick(); });
    // Where a process of this name lives, it beats often enough within this time.
    const auto patience = std::chrono::milliseconds(terms_.leaseMs * 3 / 4);
    const auto until = std::chrono::steady_clock::now() + patience;
    std::unique_lock lock(mutex_);
    changed_.wait_until(
        lock, until, [this] { return standing_ == Standing::Joined || standing_ == Standing::NameTaken || isAway_; });
    if (standing_ == Standing::NameTaken)
        throw std::runtime_error(fmt::format("another process is node {} of the cluster: cluster_redis needs a 'node' "
                                             "of its own in each configuration",
                                             terms_.node));
}

void Node::apply(const config::Config& config) {
    std::vector<WantedCapture> wanted;
    std::map<std::string, std::string> uids;
    for (const auto& vhost : config.vhosts) {
        if (!vhost->enabled) continue;
        for (const config::CaptureConfig& capture : vhost->captures) {
            if (!capture.enabled) continue;
            const std::string key = hooks::StreamKey{vhost->name, capture.app, capture.stream}.text();
            wanted.push_back({key, capture.home});
            uids.emplace(key, capture.stream);
        }
    }
    loop_.post([this, wanted = std::move(wanted), uids = std::move(uids)]() mutable {
        leases_.setWanted(std::move(wanted));
        uids_ = std::move(uids);
    });
}

void Node::stop(const std::string& reason) {
    {
        const std::lock_guard lock(mutex_);
        if (!std::exchange(isRunning_, false)) return;
    }
    desk_.close();
    std::promise<void> gone;
    loop_.post([this, &gone] {
        timer_.cancel();
        parts_.captures.permit({});
        onQuiet_ = [this, &gone] {
            Exchange farewell = leases_.farewell();
            directory_.leave(farewell);
            state_->exchange(std::move(farewell), [&gone](const auto&) { gone.set_value(); });
        };
        if (!isTalking_) onQuiet_();
    });
    gone.get_future().wait();
    loop_.stop();
    parts_.log.trace("cluster", "node {} has left: {}", terms_.node, reason);
}

void Node::tick() {
    permit();
    if (plan_) plan_->update();
    if (!isTalking_) talk();
    timer_.runAfter(delayMs(), [this] { tick(); });
}

/// What has gone home is fetched for a moment longer where it has players, as long as this node's lease allows: they
/// are led to the other node without a gap.
void Node::permit() {
    std::set<std::string> captures = leases_.fetched();
    const std::int64_t nowMs = parts_.clock.monotonicMs();
    std::erase_if(leaving_, [&](const auto& entry) {
        const std::optional<hooks::StreamKey> key = streamOf(std::string(kStreamPrefix) + entry.first);
        const bool isStillThere = leases_.captureRecord(entry.first).owner == entry.second.home;
        return nowMs >= entry.second.untilMs || !isStillThere || !leases_.isValid() || !key || !plan_ ||
               !plan_->isPlayedFromCapture(*key);
    });
    for (const auto& [capture, leaving] : leaving_) captures.insert(capture);
    parts_.captures.permit(std::move(captures));
}

/// Sooner than the next poll when a lease ends before.
std::int64_t Node::delayMs() const {
    const std::int64_t untilMs = leases_.validUntilMs() - parts_.clock.monotonicMs();
    const std::int64_t pollMs = std::min(kPollMs, terms_.leaseMs / (2 * Leases::kRenewalPart));
    return untilMs > 0 ? std::clamp(untilMs, kLeastPollMs, pollMs) : pollMs;
}

void Node::talk() {
    measure();
    isTalking_ = true;
    Exchange exchange = leases_.next();
    ownChanges_ = exchange.changes.size();
    directory_.addTo(exchange);
    nameChanges_ = exchange.changes.size() - ownChanges_;
    report_.addTo(exchange);
    state_->exchange(std::move(exchange), [this](const base::Result<Outcome>& outcome) {
        loop_.post([this, outcome] { onOutcome(outcome); });
    });
}

/// Whoever waits for the others is not kept until the next poll.
void Node::talkIfWorthwhile() {
    for (const hooks::StreamKey& key : directory_.takeUnchecked())
        parts_.log.warn("cluster", "{} is taken unchecked: nobody tells whether another node has it",
                        base::printable(key.text()));
    const bool isCurious = plan_ && plan_->takeCuriosity();
    if (!isTalking_ && !onQuiet_ && (directory_.isInHaste() || report_.isInHaste() || isCurious)) talk();
}

void Node::onOutcome(const base::Result<Outcome>& outcome) {
    isTalking_ = false;
    if (onQuiet_) {
        onQuiet_();
        return;
    }
    if (outcome) {
        learn(outcome.value());
    } else {
        leases_.onFailure();
        directory_.onFailure();
        report_.onFailure();
        noteFailure(outcome.error().message);
    }
    keepSnapshot();
    if (outcome) talkIfWorthwhile();
}

void Node::learn(const Outcome& outcome) {
    const LeaseNews news = leases_.onOutcome(outcome);
    const std::vector<LostName> lost = directory_.onOutcome(outcome, outcome.appliedFrom(ownChanges_, nameChanges_));
    report_.onOutcome(outcome, outcome.appliedFrom(ownChanges_ + nameChanges_, outcome.applied.size()));
    desk_.learn(outcome, terms_.node);
    noteAnswer(news.isNameTaken);
    for (const auto& [node, captures] : news.released)
        for (const std::string& capture : captures)
            leaving_[capture] = {node, parts_.clock.monotonicMs() + kHandoverMs};
    permit();
    if (plan_) plan_->update();
    tell(news);
    tellNames(lost);
}

/// What is asked from other threads.
void Node::keepSnapshot() {
    auto fences = std::make_shared<const Fences>(directory_.fences());
    const std::int64_t clockOffsetMs = directory_.nowUnixMs() - parts_.clock.monotonicMs();
    std::set<std::string> dead;
    for (const auto& [node, view] : leases_.nodes())
        if (!view.isAlive) dead.insert(node);
    desk_.setDead(std::move(dead));
    const std::lock_guard lock(mutex_);
    fences_ = std::move(fences);
    clockOffsetMs_ = clockOffsetMs;
}

std::uint64_t Node::fenceOf(const hooks::StreamKey& key) const {
    const std::lock_guard lock(mutex_);
    const auto found = fences_->find(key);
    return found == fences_->end() ? 0 : found->second;
}

std::int64_t Node::clusterUnixMs() const {
    const std::lock_guard lock(mutex_);
    return parts_.clock.monotonicMs() + clockOffsetMs_;
}

void Node::tellNames(const std::vector<LostName>& lost) {
    for (const LostName& name : lost) {
        const std::string why = fmt::format("node {} {}", name.node,
                                            name.isOlder ? "has had this stream for longer" : "has this stream now");
        parts_.log.warn("cluster", "{} ends here: {}", base::printable(name.key.text()), why);
        parts_.streams.evict(name.key, why);
    }
}

void Node::noteAnswer(bool isNameTaken) {
    bool wasAway = false;
    bool isNews = false;
    {
        const std::lock_guard lock(mutex_);
        wasAway = std::exchange(isAway_, false);
        const Standing before = standing_;
        if (isNameTaken)
            standing_ = Standing::NameTaken;
        else if (leases_.validUntilMs() > parts_.clock.monotonicMs())
            standing_ = Standing::Joined;
        isNews = standing_ != before;
    }
    changed_.notify_all();
    if (wasAway) parts_.log.warn("cluster", "Redis answers again");
    if (!isNews) return;
    if (!isNameTaken) {
        parts_.log.trace("cluster", "joined as node {}", terms_.node);
        return;
    }
    const std::string why = fmt::format("another process is node {}; this one fetches no captures", terms_.node);
    parts_.log.error("cluster", "{}", why);
    parts_.events.emergency("cluster", why);
}

void Node::tell(const LeaseNews& news) {
    for (const auto& [node, captures] : news.captured)
        parts_.log.warn("cluster", "takes over from node {}, which is gone: {}", node, listOf(captures));
    for (const auto& [node, captures] : news.released)
        parts_.log.trace("cluster", "gives back to node {}: {}", node, listOf(captures));
    for (const std::string& capture : news.fenced)
        parts_.log.warn("cluster", "another node has taken {} while this one could not renew its lease",
                        base::printable(capture));
    if (!news.unreadable.empty()) {
        const std::string why = fmt::format("records in Redis cannot be read, and are left alone: {}; another version "
                                            "of the server, or somebody else, writes under the cluster's name",
                                            listOf(news.unreadable));
        parts_.log.error("cluster", "{}", why);
        parts_.events.emergency("cluster", why);
    }
    if (!news.captured.empty()) post(config::EventName::ServerCapture, news.captured);
    if (!news.released.empty()) post(config::EventName::ServerRelease, news.released);
}

void Node::post(config::EventName name, const CapturesByNode& captures) {
    base::JsonWriter json;
    json.beginObject();
    for (const auto& [node, keys] : captures) {
        json.key(node).beginArray();
        for (const std::string& key : keys) json.value(uids_.contains(key) ? uids_.at(key) : key);
        json.endArray();
    }
    json.endObject();
    parts_.events.post({.name = name, .data = json.take()});
}

/// The first failure in a row is news; one within a lease of the last is of the same trouble, of which the webhooks
/// know.
void Node::noteFailure(const std::string& why) {
    const std::int64_t nowMs = parts_.clock.monotonicMs();
    const std::optional<std::int64_t> beforeMs = std::exchange(failedAtMs_, nowMs);
    {
        const std::lock_guard lock(mutex_);
        if (std::exchange(isAway_, true)) return;
    }
    changed_.notify_all();
    parts_.log.error("cluster", "Redis does not answer: {}; captures are fetched for as long as their lease lasts",
                     why);
    if (!beforeMs || nowMs - *beforeMs >= terms_.leaseMs)
        parts_.events.emergency("cluster", "Redis does not answer: " + why);
}

/// What all captures bring in, between two looks, and what has fallen silent.
void Node::measure() {
    using Policy = config::TakeoverConfig::Policy;
    const std::int64_t nowMs = parts_.clock.monotonicMs();
    const std::int64_t passedMs = nowMs - measuredAtMs_;
    if (passedMs < kLeastMeasureMs) return;
    measuredAtMs_ = nowMs;
    std::uint64_t bytes = 0;
    std::size_t captures = 0;
    for (const hub::PublishedStreamPtr& stream : parts_.streams.publishedStreams()) {
        const config::TakeoverConfig& takeover = stream->vhost->publish.takeover;
        if (stream->fetchedBy.isCapture()) {
            bytes += stream->figures->bytes;
            ++captures;
        } else if (takeover.policy == Policy::Stale)
            directory_.setStale(stream->key, nowMs - stream->figures->heardAtMs >= takeover.afterMs);
    }
    const std::uint64_t before = std::exchange(measuredBytes_, bytes);
    const std::size_t capturesBefore = std::exchange(measuredCaptures_, captures);
    if (bytes >= before)
        leases_.setInputKbps((bytes - before) * kBitsPerByte / static_cast<std::uint64_t>(passedMs),
                             std::min(captures, capturesBefore));
}

} // namespace hookcast::cluster
