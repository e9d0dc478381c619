#include "cluster/SharedEventQueue.h"

#include "cluster/RedisConnection.h"

#include <Poco/DigestEngine.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <Poco/SHA2Engine.h>

#include <algorithm>
#include <array>
#include <utility>

namespace hookcast::cluster {

namespace {

constexpr const char* kWho = "webhook";
/// A store that fails is asked again after so long.
constexpr std::int64_t kRetryMs = 1000;
/// A holder renews its right so often in a lease; and acts by it for three of these parts.
constexpr std::int64_t kLeaseParts = 4;
constexpr std::size_t kNameLength = 16;
/// Texts of one addition, beyond which it takes no further event.
constexpr std::size_t kMostAddedBytes = 1024 * 1024;

constexpr std::array kEnvelope = {"data", "device", "event", "pid", "seq", "server", "timestamp"};

/// Of a URL, which may hold secrets.
std::string nameOf(const std::string& url) {
    Poco::SHA2Engine engine;
    engine.update(url);
    return Poco::DigestEngine::digestToHex(engine.digest()).substr(0, kNameLength);
}

/// What is none would spoil the whole call that it is in.
bool isEvent(const std::string& text) {
    try {
        const Poco::Dynamic::Var parsed = Poco::JSON::Parser().parse(text);
        if (parsed.type() != typeid(Poco::JSON::Object::Ptr)) return false;
        const auto& envelope = parsed.extract<Poco::JSON::Object::Ptr>();
        return std::ranges::all_of(kEnvelope, [&](const char* member) { return envelope->has(member); });
    } catch (const std::exception&) {
        return false;
    }
}

} // namespace

SharedEventQueue::SharedEventQueue(const config::WebhookConfig& webhook, Terms terms, const base::Clock& clock,
                                   base::Log& log, std::function<void()> wake)
    : webhook_(nameOf(webhook.url)), shownUrl_(base::withoutSecrets(webhook.url)), terms_(std::move(terms)),
      holderName_(terms_.node + "/" + terms_.run), clock_(clock), log_(log), wake_(std::move(wake)),
      limit_(webhook.queue) {}

bool SharedEventQueue::push(std::uint64_t number, Event event) {
    bool isFull = false;
    {
        const std::lock_guard lock(mutex_);
        ++posted_;
        held_.push_back({number, std::move(event)});
        isFull = held_.size() > limit_;
        if (isFull) held_.erase(held_.begin() + static_cast<std::ptrdiff_t>(std::min(beingAdded_, held_.size() - 1)));
    }
    wake_();
    return isFull;
}

std::vector<hooks::EventQueue::Event> SharedEventQueue::take(std::size_t most, std::function<void()> onReady) {
    {
        const std::lock_guard lock(mutex_);
        if (isClosed_) return {};
        wanted_ = most;
        if (batchIs_ == Batch::Here && isRight()) {
            batchIs_ = Batch::OnItsWay;
            std::vector<Event> events;
            for (const EventStore::Entry& entry : batch_)
                events.push_back(std::make_shared<const std::string>(entry.text));
            return events;
        }
        if (batchIs_ == Batch::Here) batchIs_ = Batch::None; // another node may have it by now
        onReady_ = std::move(onReady);
        isUrgent_ = true;
    }
    wake_();
    return {};
}

void SharedEventQueue::confirm() {
    {
        const std::lock_guard lock(mutex_);
        for (const EventStore::Entry& entry : batch_) told_.push_back(entry.name);
        batch_.clear();
        batchIs_ = Batch::None;
    }
    wake_();
}

/// Unless somebody here waits for his turn, another node may have more luck with the backend.
void SharedEventQueue::giveBack() {
    {
        const std::lock_guard lock(mutex_);
        batch_.clear();
        batchIs_ = Batch::None;
        if (!onReady_) wanted_ = 0;
        isUrgent_ = true;
    }
    wake_();
}

void SharedEventQueue::close() {
    {
        const std::lock_guard lock(mutex_);
        isClosed_ = true;
        wanted_ = 0;
        onReady_ = nullptr;
        isUrgent_ = true;
    }
    wake_();
}

std::size_t SharedEventQueue::clear() {
    const std::lock_guard lock(mutex_);
    const std::size_t lost = held_.size();
    held_.clear();
    beingAdded_ = 0;
    changed_.notify_all();
    return lost;
}

std::size_t SharedEventQueue::heldHere() const {
    const std::lock_guard lock(mutex_);
    return held_.size();
}

void SharedEventQueue::waitUntilSafe(std::chrono::steady_clock::time_point until) {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, until, [this] {
        const bool isAboutToTell = isHolder_ && wanted_ > 0 && standing_.waiting > 0 && !isFailing_;
        return held_.empty() && !isAboutToTell;
    });
}

hooks::EventQueue::Figures SharedEventQueue::figures() const {
    const std::lock_guard lock(mutex_);
    return {posted_, sent_, droppedNow(), held_.size() + (isClosed_ ? 0 : standing_.waiting)};
}

/// What is neither there nor told, for whatever reason.
std::uint64_t SharedEventQueue::droppedNow() const {
    const std::uint64_t known = sent_ + held_.size() + standing_.waiting;
    if (posted_ > known) dropped_ = std::max(dropped_, posted_ - known);
    return dropped_;
}

void SharedEventQueue::setTerms(const config::WebhookConfig& webhook) {
    const std::lock_guard lock(mutex_);
    limit_ = webhook.queue;
    isClosed_ = false;
}

bool SharedEventQueue::isClosed() const {
    const std::lock_guard lock(mutex_);
    return isClosed_;
}

std::int64_t SharedEventQueue::dueAtMs() const {
    const std::lock_guard lock(mutex_);
    if (isFailing_) return retryAtMs_;
    return isUrgent_ || !held_.empty() || !told_.empty() ? 0 : turnDueMs_;
}

void SharedEventQueue::round(EventStore& store) {
    if (clock_.monotonicMs() < dueAtMs()) return;
    try {
        if (isTurn()) takeTurn(store);
        addAll(store);
        if (isTurn()) takeTurn(store);
    } catch (const std::exception& e) {
        fail(RedisConnection::reasonOf(e));
        return;
    }
    bool wasFailing = false;
    {
        const std::lock_guard lock(mutex_);
        wasFailing = std::exchange(isFailing_, false);
        changed_.notify_all();
    }
    if (wasFailing) log_.warn(kWho, "{}: Redis takes events again", shownUrl_);
}

void SharedEventQueue::leave(EventStore& store) {
    {
        const std::lock_guard lock(mutex_);
        wanted_ = 0;
        batchIs_ = Batch::None;
        if (isFailing_ || (!isHolder_ && told_.empty())) return;
    }
    try {
        takeTurn(store);
    } catch (const std::exception&) {
        // The right ends with its lease.
    }
}

void SharedEventQueue::addAll(EventStore& store) {
    while (addSome(store)) {
    }
}

/// Whether there may be more.
bool SharedEventQueue::addSome(EventStore& store) {
    EventStore::Addition addition{terms_.node, terms_.run, 0, {}};
    {
        const std::lock_guard lock(mutex_);
        addition.limit = limit_;
        std::size_t bytes = 0;
        for (const EventStore::NumberedEvent& event : held_) {
            if (addition.events.size() == kMostAtOnce || bytes > kMostAddedBytes) break;
            addition.events.push_back(event);
            bytes += event.text->size();
        }
        beingAdded_ = addition.events.size();
    }
    if (addition.events.empty()) return false;
    const EventStore::AdditionOutcome outcome = store.add(webhook_, addition);
    {
        const std::lock_guard lock(mutex_);
        const std::size_t added = std::min(std::exchange(beingAdded_, 0), held_.size());
        held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(added));
        isUrgent_ = isUrgent_ || (isHolder_ && batchIs_ == Batch::None);
    }
    note(outcome.standing);
    for (std::uint64_t i = 0; i < outcome.pushedOut; ++i)
        if (const auto count = dropGate_.admit(clock_.monotonicMs()))
            log_.warn(kWho, "{}: {} events dropped, {} of this node wait in Redis already", shownUrl_, *count,
                      addition.limit);
    return true;
}

bool SharedEventQueue::isTurn() const {
    const std::lock_guard lock(mutex_);
    return isUrgent_ || !told_.empty() || standing_.birth.empty() || clock_.monotonicMs() >= turnDueMs_;
}

void SharedEventQueue::takeTurn(EventStore& store) {
    const std::int64_t askedAtMs = clock_.monotonicMs();
    const EventStore::Turn turn = nextTurn();
    EventStore::TurnOutcome outcome = store.serve(webhook_, turn);
    note(outcome.standing);
    noteOutcome(turn, std::move(outcome), askedAtMs);
}

EventStore::Turn SharedEventQueue::nextTurn() {
    using Wish = EventStore::Wish;
    const std::lock_guard lock(mutex_);
    EventStore::Turn turn{terms_.node, holderName_, Wish::Take, deadBeat(), 0, told_};
    if (wanted_ == 0 && batchIs_ != Batch::OnItsWay) turn.wish = isHolder_ ? Wish::Leave : Wish::Look;
    if (batchIs_ == Batch::None) turn.most = wanted_;
    isUrgent_ = false;
    return turn;
}

/// Of a holder that has shown no life for a lease, in which the store has answered.
std::string SharedEventQueue::deadBeat() const {
    return clock_.monotonicMs() - watchedSinceMs_ >= terms_.leaseMs ? watchedBeat_ : std::string();
}

void SharedEventQueue::note(const EventStore::Standing& standing) {
    std::uint64_t lost = 0;
    {
        const std::lock_guard lock(mutex_);
        if (standing_.birth.empty()) {
            posted_ += standing.waiting; // of an earlier process
        } else if (standing_.birth != standing.birth) {
            lost = standing_.waiting;
        } else if (standing.told > standing_.told) {
            sent_ += standing.told - standing_.told;
        }
        standing_ = standing;
        (void)droppedNow();
        changed_.notify_all();
    }
    if (lost > 0)
        log_.warn(kWho, "{}: Redis has begun anew; of this node {} events are lost that waited there", shownUrl_, lost);
}

void SharedEventQueue::noteOutcome(const EventStore::Turn& turn, EventStore::TurnOutcome outcome,
                                   std::int64_t askedAtMs) {
    noteHolder(turn, outcome, askedAtMs);
    std::function<void()> onReady;
    {
        const std::lock_guard lock(mutex_);
        told_.erase(told_.begin(), told_.begin() + static_cast<std::ptrdiff_t>(turn.told.size()));
        if (!isHolder_ && batchIs_ == Batch::Here) batchIs_ = Batch::None;
    }
    if (turn.most > 0) keep(std::move(outcome.entries), outcome.strange);
    {
        const std::lock_guard lock(mutex_);
        if (batchIs_ == Batch::Here) onReady = std::exchange(onReady_, nullptr);
    }
    if (onReady) onReady();
}

void SharedEventQueue::noteHolder(const EventStore::Turn& turn, const EventStore::TurnOutcome& outcome,
                                  std::int64_t askedAtMs) {
    bool isNew = false;
    {
        const std::lock_guard lock(mutex_);
        const std::int64_t partMs = terms_.leaseMs / kLeaseParts;
        isHolder_ = outcome.holder == holderName_;
        isNew = isHolder_ && !wasHolder_;
        if (!outcome.holder.empty()) wasHolder_ = isHolder_;
        holdsUntilMs_ = askedAtMs + (kLeaseParts - 1) * partMs;
        const bool isIdle = isHolder_ && batchIs_ == Batch::None;
        turnDueMs_ = askedAtMs + std::min(isIdle ? kHolderPollMs : kPollMs, partMs);
        const std::string beat = isHolder_ || outcome.holder.empty() ? std::string() : outcome.beat;
        if (std::exchange(watchedBeat_, beat) != beat || beat.empty()) watchedSinceMs_ = clock_.monotonicMs();
    }
    if (!isNew) return;
    if (turn.deadBeat.empty())
        log_.trace(kWho, "{}: this node posts the events of all", shownUrl_);
    else
        log_.warn(kWho, "{}: this node posts the events of all, as the one that did shows no life", shownUrl_);
}

void SharedEventQueue::keep(std::vector<EventStore::Entry> entries, std::uint64_t strange) {
    const auto firstStrange =
        std::stable_partition(entries.begin(), entries.end(), [](const auto& entry) { return isEvent(entry.text); });
    strange += static_cast<std::uint64_t>(entries.end() - firstStrange);
    {
        const std::lock_guard lock(mutex_);
        // As if they had been told: nobody else can do anything with them.
        for (auto entry = firstStrange; entry != entries.end(); ++entry) told_.push_back(entry->name);
        entries.erase(firstStrange, entries.end());
        isUrgent_ = isUrgent_ || strange > 0;
        if (!entries.empty() && batchIs_ == Batch::None && wanted_ > 0) {
            batch_ = std::move(entries);
            batchIs_ = Batch::Here;
        }
    }
    for (std::uint64_t i = 0; i < strange; ++i)
        if (const auto count = strangeGate_.admit(clock_.monotonicMs()))
            log_.warn(kWho, "{}: {} entries in Redis that are no events are taken out", shownUrl_, *count);
}

void SharedEventQueue::fail(const std::string& why) {
    std::size_t waiting = 0;
    {
        const std::lock_guard lock(mutex_);
        beingAdded_ = 0;
        watchedBeat_.clear(); // what was not heard of while nothing was heard is not dead
        retryAtMs_ = clock_.monotonicMs() + std::min(kRetryMs, terms_.leaseMs / kLeaseParts);
        waiting = held_.size();
        changed_.notify_all();
        if (std::exchange(isFailing_, true)) return;
    }
    log_.warn(kWho, "{}: Redis takes no events: {}; {} wait here", shownUrl_, why, waiting);
}

} // namespace hookcast::cluster
