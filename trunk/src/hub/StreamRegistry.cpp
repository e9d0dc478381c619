#include "hub/StreamRegistry.h"

#include "base/RandomId.h"
#include "hub/LateTracks.h"
#include "net/EndReasons.h"

#include <fmt/format.h>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace hookcast::hub {

namespace {

/// The gap that players who stayed see between the last frame of one publication and the first of the next.
constexpr std::int64_t kRepublishGapMs = 40;

/// A ticket opens what the backends were asked about, and nothing else.
void requirePermission(const hooks::Ticket& ticket, hooks::HookAction action) {
    if (ticket.event().action() != action)
        throw std::logic_error(fmt::format("a ticket for {} does not permit {}", hooks::nameOf(ticket.event().action()),
                                           hooks::nameOf(action)));
}

/// What is told of it is told under the name that is opened.
void requireBegun(const hooks::Ticket& ticket) {
    if (!ticket.hasBegun()) throw std::logic_error("a ticket with another name than is told of");
}

} // namespace

base::Result<Reservation> StreamRegistry::reserve(const hooks::StreamKey& key, const ClaimTerms& terms) {
    const std::lock_guard lock(mutex_);
    Stream& stream = findOrCreate(key);
    const std::uint64_t id = ++lastReservation_;
    const base::Result<void> entered = stream.claims.enter(id, terms, occupantOf(stream));
    if (!entered) return entered.error();
    Reservation reservation(*this, key, id, terms.timeoutMs);
    if (sharedNames_ != nullptr && terms.claimant != Claimant::Pull) {
        const SharedNames::Claim claim{key, id, terms.takeover, terms.claimant == Claimant::Capture};
        reservation.sharing_ = std::make_shared<Reservation::Sharing>(Reservation::Sharing{*sharedNames_, claim});
    }
    return reservation;
}

void StreamRegistry::evict(const hooks::StreamKey& key, const std::string& reason) {
    const std::lock_guard lock(mutex_);
    const auto found = streams_.find(key);
    if (found == streams_.end() || found->second.writerLoop == nullptr) return;
    postEviction(*found->second.writerLoop, found->second.onEvicted, reason);
}

bool StreamRegistry::isTaken(const hooks::StreamKey& key, const config::TakeoverConfig& takeover) const {
    {
        const std::lock_guard lock(mutex_);
        const auto found = streams_.find(key);
        if (found != streams_.end() && found->second.claims.isTaken({takeover}, occupantOf(found->second))) return true;
    }
    const bool mayReplace = takeover.policy != config::TakeoverConfig::Policy::Off;
    return sharedNames_ != nullptr && !mayReplace && sharedNames_->isPublishedElsewhere(key);
}

NameClaims::Occupant StreamRegistry::occupantOf(const Stream& stream) {
    if (stream.published == nullptr) return {};
    return {true, stream.published->fetchedBy.claimant(),
            stream.writerLoop->clock().monotonicMs() - stream.figures->heardAtMs};
}

std::optional<hooks::ClientIds> StreamRegistry::replacedBy(const hooks::StreamKey& key,
                                                           std::uint64_t reservation) const {
    const std::lock_guard lock(mutex_);
    const auto found = streams_.find(key);
    if (found == streams_.end() || found->second.claims.belongsTo(reservation)) return std::nullopt;
    const PublishedStreamPtr& published = found->second.published;
    if (published == nullptr || published->fetchedBy.claimant() == Claimant::Pull) return std::nullopt;
    const hooks::ClientInfo& client = *published->opening.client;
    return hooks::ClientIds{client.number(), client.id()};
}

std::optional<base::Result<void>> StreamRegistry::awaitTurn(const hooks::StreamKey& key, std::uint64_t reservation,
                                                            const std::shared_ptr<Turn>& turn) {
    const std::lock_guard lock(mutex_);
    Stream& stream = findOrCreate(key); // that of one who has lost its place may be gone
    auto now = stream.claims.await(reservation, turn, occupantOf(stream));
    eraseIfIdle(key);
    return now;
}

bool StreamRegistry::claim(const hooks::StreamKey& key, std::uint64_t reservation,
                           const std::shared_ptr<Claim>& claim) {
    const std::lock_guard lock(mutex_);
    Stream& stream = streams_.at(key);
    if (stream.claims.claim(reservation, claim)) return true;
    // Without a writer who has the name is about to leave anyway.
    if (stream.writerLoop != nullptr) postEviction(*stream.writerLoop, stream.onEvicted, net::kTakenOver);
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
                                                     OnEvicted onEvicted, FetchedBy fetchedBy) {
    loop.assertCurrent();
    requirePermission(ticket, hooks::HookAction::Publish);
    requireBegun(ticket);
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
    published->fetchedBy = std::move(fetchedBy);
    published->dvr = ticket.data().dvr;
    published->sinceUnixMs = loop.clock().unixMs();
    {
        const std::lock_guard lock(mutex_);
        Stream& stream = streams_.at(key);
        if (!stream.claims.belongsTo(reservation.id_)) throw std::logic_error("publishing without having the name");
        std::optional<std::int64_t> resumeAtMs;
        if (!stream.relays.empty() && stream.latestDtsMs) resumeAtMs = *stream.latestDtsMs + kRepublishGapMs;
        const LogLimits limits = limitsOf(*vhost);
        writer = std::make_shared<StreamWriter>(
            loop, stream.epoch = ++lastEpoch_, std::move(vhost), limits, resumeAtMs,
            [this, key, late = LateTracks(loop.log(), *published)](const StreamHeaders& headers) mutable {
                late.note(headers);
                setHeaders(key, headers);
            },
            stream.figures);
        published->streamId = stream.id;
        published->figures = stream.figures;
        stream.published = published;
        stream.headers = std::make_shared<const StreamHeaders>();
        stream.writer = writer;
        stream.writerLoop = &loop;
        stream.onEvicted = eviction;
        stream.handedOver.reset();
        for (const auto& [relayKey, entry] : stream.relays) waiting.push_back(entry);
        stream.claims.serve(occupantOf(stream));
        tellWaits(stream);
    }
    for (const RelayEntry& entry : waiting) writer->addRelay(*entry.format, entry.relay);
    auto publication = std::unique_ptr<Publication>(new Publication(*this, std::move(ticket), std::move(reservation),
                                                                    std::move(writer), published, std::move(eviction)));
    for (StreamListener* listener : listenersOf(*published)) listener->onPublish(published, *publication);
    return publication;
}

std::vector<StreamListener*> StreamRegistry::listenersOf(const PublishedStream& stream) const {
    std::vector<StreamListener*> those = listeners_;
    if (stream.fetchedBy.isPull())
        std::erase_if(those, [](const StreamListener* listener) { return !listener->hearsOfPulls(); });
    return those;
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
    requireBegun(ticket);
    const hooks::StreamKey key = ticket.key();
    PlaybackLimits limits{};
    limits.queueLengthMs = vhost.play.queueLengthMs;
    limits.sendTimeoutMs = vhost.play.sendTimeoutMs;
    limits.interjectionBytes = interjectionBytes_;
    limits.startAtCachedGop = vhost.play.gopCache;
    limits.wantsAudio = wanted.audio;
    limits.wantsVideo = wanted.video;
    limits.wantedTracks = wanted.tracks;
    FoundRelay found = relayFor(key, loop, format, limitsOf(vhost));
    return std::make_unique<Playback>(std::move(ticket), std::move(found.relay), subscriber, limits, found.isPublished);
}

StreamRegistry::Stream& StreamRegistry::findOrCreate(const hooks::StreamKey& key) {
    const auto [entry, isNew] = streams_.try_emplace(key);
    if (isNew) entry->second.id = "vid-" + base::randomId(7);
    return entry->second;
}

void StreamRegistry::eraseIfIdle(const hooks::StreamKey& key) {
    const auto found = streams_.find(key);
    if (found != streams_.end() && found->second.claims.isFree() && !found->second.isWanted) streams_.erase(found);
}

void StreamRegistry::release(const hooks::StreamKey& key, std::uint64_t reservation) {
    const std::lock_guard lock(mutex_);
    const auto found = streams_.find(key);
    if (found == streams_.end()) return; // it had lost its place in the queue, and the others have left
    Stream& stream = found->second;
    if (stream.claims.leave(reservation) && stream.handedOver) endHandedOver(stream);
    stream.claims.serve(occupantOf(stream));
    eraseIfIdle(key);
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
    Stream& stream = streams_.at(key);
    stream.headers = std::move(copy);
    tellWaits(stream);
}

bool StreamRegistry::isHandedOver(const hooks::StreamKey& key) const {
    const std::lock_guard lock(mutex_);
    return streams_.at(key).claims.hasSuccessor();
}

void StreamRegistry::endPublication(const hooks::StreamKey& key, const StreamWriter& writer, bool handedOver) {
    const std::lock_guard lock(mutex_);
    Stream& stream = streams_.at(key);
    stream.writer.reset();
    stream.writerLoop = nullptr;
    stream.headers = nullptr;
    stream.published = nullptr;
    stream.latestDtsMs = writer.latestDtsMs();
    if (handedOver)
        stream.handedOver = writer.epoch();
    else
        tellEnd(stream);
}

void StreamRegistry::tellEnd(Stream& stream) {
    for (auto& [id, waiting] : stream.waits) {
        if (waiting.loop == nullptr || waiting.until != StreamWait::Until::EndOfPublication) continue;
        std::exchange(waiting.loop, nullptr)->post([receiver = waiting.receiver] {
            StreamWait::tell(receiver, nullptr);
        });
    }
}

StreamRegistry::FoundRelay StreamRegistry::relayFor(const hooks::StreamKey& key, net::Loop& loop,
                                                    const WireFormat& format, const LogLimits& limits) {
    const std::lock_guard lock(mutex_);
    Stream& stream = findOrCreate(key);
    const bool isPublished = stream.writerLoop != nullptr;
    RelayEntry& entry = stream.relays[RelayKey(&loop, format.name())];
    if (entry.relay != nullptr) return {entry.relay, isPublished};
    entry.format = &format;
    entry.relay = std::make_shared<Relay>(
        loop, key, limits, [this, key, &loop, name = std::string(format.name())] { dropRelay(key, loop, name); },
        stream.figures);
    noteDemand(key, stream);
    if (isPublished) {
        stream.writerLoop->post([writer = stream.writer, relay = entry.relay, epoch = stream.epoch, &format] {
            if (const auto alive = writer.lock())
                alive->addRelay(format, relay);
            else
                relay->loop().post([relay, epoch] { relay->miss(epoch); });
        });
    }
    return {entry.relay, isPublished};
}

LogLimits StreamRegistry::limitsOf(const config::VhostConfig& vhost) const {
    return {logBytes_, vhost.play.gopCacheMaxFrames, extraTracks_};
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
    noteDemand(key, stream);
    eraseIfIdle(key);
}

std::unique_ptr<StreamWait> StreamRegistry::await(const hooks::StreamKey& key, net::Loop& loop, std::int64_t timeoutMs,
                                                  StreamWait::IsReady isReady, StreamWait::OnStream onStream,
                                                  StreamWait::Until until) {
    loop.assertCurrent();
    const std::uint64_t id = ++lastWait_;
    auto wait = std::unique_ptr<StreamWait>(new StreamWait(*this, key, id, loop, std::move(onStream)));
    {
        const std::lock_guard lock(mutex_);
        Stream& stream = findOrCreate(key);
        stream.waits.emplace(id, Waiting{std::move(isReady), wait->receiver_, &loop, until});
        noteDemand(key, stream);
        tellWaits(stream);
    }
    wait->expireAfter(timeoutMs);
    return wait;
}

void StreamRegistry::forget(const hooks::StreamKey& key, std::uint64_t wait) {
    const std::lock_guard lock(mutex_);
    const auto found = streams_.find(key);
    if (found == streams_.end()) return; // it did not get as far as waiting
    found->second.waits.erase(wait);
    noteDemand(key, found->second);
    eraseIfIdle(key);
}

Audience StreamRegistry::attend(const hooks::StreamKey& key) {
    const std::lock_guard lock(mutex_);
    Stream& stream = findOrCreate(key);
    ++stream.attending;
    noteDemand(key, stream);
    return {*this, streams_.find(key)->first, *stream.figures};
}

void StreamRegistry::depart(const hooks::StreamKey& key) {
    const std::lock_guard lock(mutex_);
    Stream& stream = streams_.at(key);
    --stream.attending;
    noteDemand(key, stream);
    eraseIfIdle(key);
}

void StreamRegistry::tellWaits(Stream& stream) {
    if (stream.headers == nullptr) return;
    for (auto& [id, waiting] : stream.waits) {
        if (waiting.loop == nullptr || !waiting.isReady(*stream.headers)) continue;
        std::exchange(waiting.loop, nullptr)->post([receiver = waiting.receiver, headers = stream.headers] {
            StreamWait::tell(receiver, headers);
        });
    }
}

void StreamRegistry::addDemand(Demand& demand) {
    const std::lock_guard lock(mutex_);
    demands_.push_back(&demand);
    for (const auto& [key, stream] : streams_)
        if (stream.isWanted) demand.onWanted(key);
}

void StreamRegistry::noteDemand(const hooks::StreamKey& key, Stream& stream) {
    const bool isWanted = !stream.relays.empty() || !stream.waits.empty() || stream.attending > 0;
    if (std::exchange(stream.isWanted, isWanted) == isWanted) return;
    for (Demand* demand : demands_) isWanted ? demand->onWanted(key) : demand->onUnwanted(key);
}

} // namespace hookcast::hub
