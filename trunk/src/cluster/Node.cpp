#include "cluster/Node.h"

#include "base/JsonWriter.h"
#include "net/EndReasons.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <stdexcept>
#include <utility>

namespace hookcast::cluster {

namespace {

/// So often, at least, news are asked for.
constexpr std::int64_t kPollMs = 1000;
/// And at most.
constexpr std::int64_t kLeastPollMs = 50;
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
      state_(std::move(state)), leases_(terms, parts.clock), timer_(loop_) {
    parts_.streams.addListener(pictures_);
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
    std::promise<void> gone;
    loop_.post([this, &gone] {
        timer_.cancel();
        parts_.captures.permit({});
        onQuiet_ = [this, &gone] { state_->exchange(leases_.farewell(), [&gone](const auto&) { gone.set_value(); }); };
        if (!isTalking_) onQuiet_();
    });
    gone.get_future().wait();
    loop_.stop();
    parts_.log.trace("cluster", "node {} has left: {}", terms_.node, reason);
}

void Node::tick() {
    parts_.captures.permit(leases_.fetched());
    if (!isTalking_) talk();
    timer_.runAfter(delayMs(), [this] { tick(); });
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
    state_->exchange(leases_.next(), [this](const base::Result<Outcome>& outcome) {
        loop_.post([this, outcome] { onOutcome(outcome); });
    });
}

void Node::onOutcome(const base::Result<Outcome>& outcome) {
    isTalking_ = false;
    if (onQuiet_) {
        onQuiet_();
    } else if (outcome) {
        const LeaseNews news = leases_.onOutcome(outcome.value());
        noteAnswer(news.isNameTaken);
        parts_.captures.permit(leases_.fetched());
        tell(news);
    } else {
        leases_.onFailure();
        noteFailure(outcome.error().message);
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

/// What all captures bring in, between two looks.
void Node::measure() {
    std::uint64_t bytes = 0;
    for (const hub::PublishedStreamPtr& stream : parts_.streams.publishedStreams())
        if (stream->capture) bytes += stream->figures->bytes;
    const std::int64_t nowMs = parts_.clock.monotonicMs();
    const std::int64_t passedMs = nowMs - std::exchange(measuredAtMs_, nowMs);
    const std::uint64_t before = std::exchange(measuredBytes_, bytes);
    if (passedMs > 0 && bytes >= before)
        leases_.setInputKbps((bytes - before) * kBitsPerByte / static_cast<std::uint64_t>(passedMs));
}

} // namespace hookcast::cluster
