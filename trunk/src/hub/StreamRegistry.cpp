#include "hub/StreamRegistry.h"

#include "base/IpAddress.h"
#include "base/RandomId.h"

#include <fmt/format.h>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace hookcast::hub {

namespace {

/// The gap that players who stayed see between the last frame of one publication and the first of the next.
constexpr std::int64_t kRepublishGapMs = 40;

constexpr const char* kTaken = "somebody publishes this stream already";
constexpr const char* kTooManyWait = "too many others want to publish this stream";
constexpr const char* kTakenOver = "another publisher has taken the stream over";

/// The weak pointer keeps what is posted from coming to a session whose publication has ended.
void postEviction(net::Loop& loop, const std::weak_ptr<OnEvicted>& onEvicted, const std::string& reason) {
    loop.post([onEvicted, reason] {
        if (const auto alive = onEvicted.lock()) (*alive)(reason);
    });
}

/// A ticket opens what the backends were asked about, and nothing else.
void requirePermission(const hooks::Ticket& ticket, hooks::HookAction action) {
    if (ticket.event().action() != action)
        throw std::logic_error(fmt::format("a ticket for {} does not permit {}", hooks::nameOf(ticket.event().action()),
                                           hooks::nameOf(action)));
}

} // namespace

Publication::~Publication() {
    const bool handedOver = registry_.isHandedOver(reservation_.key());
    writer_->end(handedOver ? StreamWriter::End::HandedOver : StreamWriter::End::Final);
    for (StreamListener* listener : registry_.listeners_) listener->onUnpublish(stream_);
    registry_.endPublication(reservation_.key(), *writer_, handedOver);
}

void Publication::evict(const std::string& reason) {
    postEviction(loop(), onEvicted_, reason);
}

base::Result<Reservation> StreamRegistry::reserve(const hooks::StreamKey& key, const ClaimTerms& terms) {
    const std::lock_guard lock(mutex_);
    Stream& stream = findOrCreate(key);
    const Standing found = standing(stream, terms.takeover);
    if (found == Standing::Taken) return base::Error{kTaken};
    const std::uint64_t id = ++lastReservation_;
    if (found == Standing::Free)
        grant(stream, id);
    else if (!enqueue(stream, id, terms))
        return base::Error{kTooManyWait};
    return Reservation(*this, key, id, terms.timeoutMs);
}

bool StreamRegistry::isTaken(const hooks::StreamKey& key, const config::TakeoverConfig& takeover) const {
    const std::lock_guard lock(mutex_);
    const auto found = streams_.find(key);
    return found != streams_.end() && standing(found->second, takeover) == Standing::Taken;
}

StreamRegistry::Standing StreamRegistry::standing(const Stream& stream, const config::TakeoverConfig& takeover) {
    if (stream.holder == 0) return Standing::Free;
    if (stream.published == nullptr) return Standing::Contested;
    if (takeover.policy == config::TakeoverConfig::Policy::Off) return Standing::Taken;
    if (takeover.policy == config::TakeoverConfig::Policy::Stale) {
        const std::int64_t silentMs = stream.writerLoop->clock().monotonicMs() - stream.figures->heardAtMs;
        if (silentMs < takeover.afterMs) return Standing::Taken;
    }
    return stream.successor == 0 ? Standing::Free : Standing::Contested;
}

void StreamRegistry::grant(Stream& stream, std::uint64_t reservation) {
    (stream.holder == 0 ? stream.holder : stream.successor) = reservation;
}

/// Where there are too many, the newest of the address with the most gives way to one that has fewer.
bool StreamRegistry::enqueue(Stream& stream, std::uint64_t reservation, const ClaimTerms& terms) {
    const std::string share = base::IpAddress::siteOf(terms.address);
    if (stream.queue.size() >= terms.queueLimit) {
        if (stream.queue.sizeOf(share) + 1 >= stream.queue.largestShare()) return false;
        dismiss(stream, stream.queue.takeNewestOfLargest(), base::Error{kTooManyWait});
    }
    stream.queue.push(reservation, share, reservation, 0);
    stream.waiters.emplace(reservation, Waiter{terms.takeover, {}, nullptr});
    return true;
}

/// After each change: who publishes now sends away those who may not replace it, and a name that nobody is asked about
/// is the next one's.
void StreamRegistry::serveQueue(Stream& stream) {
    std::vector<std::uint64_t> late;
    for (const auto& [id, waiter] : stream.waiters)
        if (standing(stream, waiter.takeover) == Standing::Taken) late.push_back(id);
    for (const std::uint64_t id : late) dismiss(stream, id, base::Error{kTaken});
    const bool isContested = stream.holder != 0 && (stream.published == nullptr || stream.successor != 0);
    if (isContested || stream.queue.empty()) return;
    const std::uint64_t next = stream.queue.takeNext();
    grant(stream, next);
    dismiss(stream, next, {});
}

/// Ends the waiting of one, which hears of it on its loop. One that does not wait yet finds out in await().
void StreamRegistry::dismiss(Stream& stream, std::uint64_t waiting, const base::Result<void>& turn) {
    stream.queue.take(waiting);
    const auto node = stream.waiters.extract(waiting);
    if (node.empty() || node.mapped().loop == nullptr) return;
    node.mapped().loop->post([weak = node.mapped().turn, turn] {
        if (const auto alive = weak.lock()) alive->come(turn);
    });
}

std::optional<base::Result<void>> StreamRegistry::await(const hooks::StreamKey& key, std::uint64_t reservation,
                                                        const std::shared_ptr<Turn>& turn) {
    const std::lock_guard lock(mutex_);
    const auto found = streams_.find(key);
    if (found == streams_.end()) return base::Error{kTooManyWait};
    Stream& stream = found->second;
    if (stream.holder == reservation || stream.successor == reservation) return base::Result<void>();
    const auto waiter = stream.waiters.find(reservation);
    if (waiter == stream.waiters.end()) return base::Error{stream.published == nullptr ? kTooManyWait : kTaken};
    waiter->second.turn = turn;
    waiter->second.loop = &turn->loop();
    return std::nullopt;
}

bool StreamRegistry::claim(const hooks::StreamKey& key, std::uint64_t reservation,
                           const std::shared_ptr<Claim>& claim) {
    const std::lock_guard lock(mutex_);
    Stream& stream = streams_.at(key);
    if (stream.holder == reservation) return true;
    if (stream.successor != reservation) throw std::logic_error("a name is taken by one whose turn it is not");
    stream.claim = claim;
    stream.claimLoop = &claim->loop;
    // Without a writer it is about to leave anyway.
    if (stream.writerLoop != nullptr) postEviction(*stream.writerLoop, stream.onEvicted, kTakenOver);
    return false;
}

std::shared_ptr<const StreamHeaders> StreamRegistry::headers(const hooks::StreamKey& key) const {
    const std::lock_guard lock(mutex_);
    const auto found = streams_.find(key);
    return found == streams_.end() ? nullptr : found->second.headers;
}

std::string StreamRegistry::streamId(const hooks::StreamKey& key) const {
    const std::lock_guard lock(mutex_);
    const auto found = streams_.find(key);
    return found == streams_.end() ? std::string() : found->second.id;
}

std::unique_ptr<Publication> StreamRegistry::publish(hooks::Ticket ticket, Reservation reservation, net::Loop& loop,
                                                     std::shared_ptr<const config::VhostConfig> vhost,
                                                     OnEvicted onEvicted,
                                                     std::shared_ptr<const config::CaptureConfig> capture) {
    loop.assertCurrent();
    requirePermission(ticket, hooks::HookAction::Publish);
    const hooks::StreamKey key = ticket.key();
    if (reservation.key() != key)
        throw std::logic_error(fmt::format("a ticket for {} on the name {}", key.text(), reservation.key().text()));
    auto eviction = std::make_shared<OnEvicted>(std::move(onEvicted));
    std::shared_ptr<StreamWriter> writer;
    std::vector<RelayEntry> waiting;
    auto published = std::make_shared<PublishedStream>();
    published->key = key;
    published->opening = ticket.event();
    published->vhost = vhost;
    published->capture = std::move(capture);
    published->sinceUnixMs = loop.clock().unixMs();
    {
        const std::lock_guard lock(mutex_);
        Stream& stream = streams_.at(key);
        if (stream.holder != reservation.id_) throw std::logic_error("publishing without having the name");
        std::optional<std::int64_t> resumeAtMs;
        if (!stream.relays.empty() && stream.latestDtsMs) resumeAtMs = *stream.latestDtsMs + kRepublishGapMs;
        const LogLimits limits = limitsOf(*vhost);
        writer = std::make_shared<StreamWriter>(
            loop, ++lastEpoch_, std::move(vhost), limits, resumeAtMs,
            [this, key](const StreamHeaders& headers) { setHeaders(key, headers); }, stream.figures);
        published->streamId = stream.id;
        published->figures = stream.figures;
        stream.published = published;
        stream.headers = std::make_shared<const StreamHeaders>();
        stream.writer = writer;
        stream.writerLoop = &loop;
        stream.onEvicted = eviction;
        stream.handedOver.reset();
        for (const auto& [relayKey, entry] : stream.relays) waiting.push_back(entry);
        serveQueue(stream);
    }
    for (const RelayEntry& entry : waiting) writer->addRelay(*entry.format, entry.relay);
    auto publication = std::unique_ptr<Publication>(new Publication(*this, std::move(ticket), std::move(reservation),
                                                                    std::move(writer), published, std::move(eviction)));
    for (StreamListener* listener : listeners_) listener->onPublish(published, *publication);
    return publication;
}

std::vector<PublishedStreamPtr> StreamRegistry::publishedStreams() const {
    const std::lock_guard lock(mutex_);
    std::vector<PublishedStreamPtr> all;
    for (const auto& [key, stream] : streams_)
        if (stream.published != nullptr) all.push_back(stream.published);
    return all;
}

std::vector<StreamRegistry::View> StreamRegistry::views() const {
    const std::lock_guard lock(mutex_);
    std::vector<View> all;
    for (const auto& [key, stream] : streams_)
        all.push_back({key, stream.id, stream.published, stream.headers, stream.figures});
    return all;
}

std::unique_ptr<Playback> StreamRegistry::play(hooks::Ticket ticket, net::Loop& loop, const WireFormat& format,
                                               Subscriber& subscriber, const config::VhostConfig& vhost,
                                               Wanted wanted) {
    loop.assertCurrent();
    requirePermission(ticket, hooks::HookAction::Play);
    const hooks::StreamKey key = ticket.key();
    PlaybackLimits limits{};
    limits.queueLengthMs = vhost.play.queueLengthMs;
    limits.sendTimeoutMs = vhost.play.sendTimeoutMs;
    limits.interjectionBytes = interjectionBytes_;
    limits.startAtCachedGop = vhost.play.gopCache;
    limits.wantsAudio = wanted.audio;
    limits.wantsVideo = wanted.video;
    return std::make_unique<Playback>(std::move(ticket), relayFor(key, loop, format, limitsOf(vhost)), subscriber,
                                      limits);
}

StreamRegistry::Stream& StreamRegistry::findOrCreate(const hooks::StreamKey& key) {
    const auto [entry, isNew] = streams_.try_emplace(key);
    if (isNew) entry->second.id = "vid-" + base::randomId(7);
    return entry->second;
}

void StreamRegistry::eraseIfIdle(const hooks::StreamKey& key) {
    const auto found = streams_.find(key);
    if (found != streams_.end() && found->second.holder == 0 && found->second.relays.empty()) streams_.erase(found);
}

void StreamRegistry::release(const hooks::StreamKey& key, std::uint64_t reservation) {
    const std::lock_guard lock(mutex_);
    const auto found = streams_.find(key);
    if (found == streams_.end()) return; // it had lost its place in the queue, and the others have left
    Stream& stream = found->second;
    if (stream.holder == reservation) {
        giveNameUp(stream);
    } else if (stream.successor == reservation) {
        stream.successor = 0;
    } else {
        stream.queue.take(reservation);
        stream.waiters.erase(reservation);
    }
    serveQueue(stream);
    eraseIfIdle(key);
}

void StreamRegistry::giveNameUp(Stream& stream) {
    stream.holder = std::exchange(stream.successor, 0);
    if (!stream.claim.expired()) {
        stream.claimLoop->post([weak = std::exchange(stream.claim, {})] {
            if (const auto alive = weak.lock()) alive->fulfil();
        });
    } else if (stream.handedOver) {
        endHandedOver(stream);
    }
}

/// The successor has left before it published.
void StreamRegistry::endHandedOver(Stream& stream) {
    for (const auto& [relayKey, entry] : stream.relays)
        entry.relay->loop().post([relay = entry.relay, epoch = *stream.handedOver] { relay->end(epoch); });
    stream.handedOver.reset();
}

void StreamRegistry::setHeaders(const hooks::StreamKey& key, const StreamHeaders& headers) {
    auto copy = std::make_shared<const StreamHeaders>(headers);
    const std::lock_guard lock(mutex_);
    streams_.at(key).headers = std::move(copy);
}

bool StreamRegistry::isHandedOver(const hooks::StreamKey& key) const {
    const std::lock_guard lock(mutex_);
    return !streams_.at(key).claim.expired();
}

void StreamRegistry::endPublication(const hooks::StreamKey& key, const StreamWriter& writer, bool handedOver) {
    const std::lock_guard lock(mutex_);
    Stream& stream = streams_.at(key);
    stream.writer.reset();
    stream.writerLoop = nullptr;
    stream.headers = nullptr;
    stream.published = nullptr;
    stream.latestDtsMs = writer.latestDtsMs();
    if (handedOver) stream.handedOver = writer.epoch();
}

std::shared_ptr<Relay> StreamRegistry::relayFor(const hooks::StreamKey& key, net::Loop& loop, const WireFormat& format,
                                                const LogLimits& limits) {
    const std::lock_guard lock(mutex_);
    Stream& stream = findOrCreate(key);
    RelayEntry& entry = stream.relays[RelayKey(&loop, format.name())];
    if (entry.relay != nullptr) return entry.relay;
    entry.format = &format;
    entry.relay = std::make_shared<Relay>(
        loop, key, limits, [this, key, &loop, name = std::string(format.name())] { dropRelay(key, loop, name); },
        stream.figures);
    if (stream.writerLoop != nullptr) {
        stream.writerLoop->post([writer = stream.writer, relay = entry.relay, &format] {
            if (const auto alive = writer.lock()) alive->addRelay(format, relay);
        });
    }
    return entry.relay;
}

LogLimits StreamRegistry::limitsOf(const config::VhostConfig& vhost) const {
    return {logBytes_, vhost.play.gopCacheMaxFrames};
}

void StreamRegistry::dropRelay(const hooks::StreamKey& key, net::Loop& loop, const std::string& format) {
    const std::lock_guard lock(mutex_);
    Stream& stream = streams_.at(key);
    auto node = stream.relays.extract(RelayKey(&loop, format));
    if (stream.writerLoop != nullptr) {
        stream.writerLoop->post([writer = stream.writer, relay = std::move(node.mapped().relay)] {
            if (const auto alive = writer.lock()) alive->removeRelay(relay.get());
        });
    }
    eraseIfIdle(key);
}

} // namespace hookcast::hub
