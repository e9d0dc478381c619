#include "hub/StreamRegistry.h"

#include "base/RandomId.h"

#include <chrono>
#include <optional>
#include <utility>
#include <vector>

namespace hookcast::hub {

namespace {

/// The gap that players who stayed see between the last frame of one publication and the first of the next.
constexpr std::int64_t kRepublishGapMs = 40;

std::int64_t unixMs() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

} // namespace

Reservation::~Reservation() {
    if (registry_ != nullptr) registry_->release(key_);
}

Publication::~Publication() {
    writer_->end();
    for (StreamListener* listener : registry_.listeners_) listener->onUnpublish(stream_);
    registry_.endPublication(reservation_.key(), writer_->latestDtsMs());
}

base::Result<Reservation> StreamRegistry::reserve(const StreamKey& key) {
    const std::lock_guard lock(mutex_);
    Stream& stream = findOrCreate(key);
    if (stream.reserved) return base::Error{"somebody publishes this stream already"};
    stream.reserved = true;
    return Reservation(*this, key);
}

bool StreamRegistry::isTaken(const StreamKey& key) const {
    const std::lock_guard lock(mutex_);
    const auto found = streams_.find(key);
    return found != streams_.end() && found->second.reserved;
}

std::shared_ptr<const StreamHeaders> StreamRegistry::headers(const StreamKey& key) const {
    const std::lock_guard lock(mutex_);
    const auto found = streams_.find(key);
    return found == streams_.end() ? nullptr : found->second.headers;
}

std::string StreamRegistry::streamId(const StreamKey& key) const {
    const std::lock_guard lock(mutex_);
    const auto found = streams_.find(key);
    return found == streams_.end() ? std::string() : found->second.id;
}

std::unique_ptr<Publication> StreamRegistry::publish(hooks::Ticket ticket, Reservation reservation, net::Loop& loop,
                                                     std::shared_ptr<const config::VhostConfig> vhost,
                                                     std::shared_ptr<const config::CaptureConfig> capture) {
    loop.assertCurrent();
    std::shared_ptr<StreamWriter> writer;
    std::vector<RelayEntry> waiting;
    auto published = std::make_shared<PublishedStream>();
    published->key = reservation.key();
    published->opening = ticket.event();
    published->vhost = vhost;
    published->capture = std::move(capture);
    published->sinceUnixMs = unixMs();
    {
        const std::lock_guard lock(mutex_);
        Stream& stream = streams_.at(reservation.key());
        std::optional<std::int64_t> resumeAtMs;
        if (!stream.relays.empty() && stream.latestDtsMs > 0) resumeAtMs = stream.latestDtsMs + kRepublishGapMs;
        const LogLimits limits = limitsOf(*vhost);
        writer = std::make_shared<StreamWriter>(
            loop, ++lastEpoch_, std::move(vhost), limits, resumeAtMs,
            [this, key = reservation.key()](const StreamHeaders& headers) { setHeaders(key, headers); },
            stream.figures);
        published->streamId = stream.id;
        published->figures = stream.figures;
        stream.published = published;
        stream.headers = std::make_shared<const StreamHeaders>();
        stream.writer = writer;
        stream.writerLoop = &loop;
        for (const auto& [relayKey, entry] : stream.relays) waiting.push_back(entry);
    }
    for (const RelayEntry& entry : waiting) writer->addRelay(*entry.format, entry.relay);
    auto publication = std::unique_ptr<Publication>(
        new Publication(*this, std::move(ticket), std::move(reservation), std::move(writer), published));
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

std::unique_ptr<Playback> StreamRegistry::play(hooks::Ticket ticket, const StreamKey& key, net::Loop& loop,
                                               const WireFormat& format, Subscriber& subscriber,
                                               const config::VhostConfig& vhost, Wanted wanted) {
    loop.assertCurrent();
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

StreamRegistry::Stream& StreamRegistry::findOrCreate(const StreamKey& key) {
    const auto [entry, isNew] = streams_.try_emplace(key);
    if (isNew) entry->second.id = "vid-" + base::randomId(7);
    return entry->second;
}

void StreamRegistry::eraseIfIdle(const StreamKey& key) {
    const auto found = streams_.find(key);
    if (found != streams_.end() && !found->second.reserved && found->second.relays.empty()) streams_.erase(found);
}

void StreamRegistry::release(const StreamKey& key) {
    const std::lock_guard lock(mutex_);
    streams_.at(key).reserved = false;
    eraseIfIdle(key);
}

void StreamRegistry::setHeaders(const StreamKey& key, const StreamHeaders& headers) {
    auto copy = std::make_shared<const StreamHeaders>(headers);
    const std::lock_guard lock(mutex_);
    streams_.at(key).headers = std::move(copy);
}

void StreamRegistry::endPublication(const StreamKey& key, std::int64_t latestDtsMs) {
    const std::lock_guard lock(mutex_);
    Stream& stream = streams_.at(key);
    stream.writer.reset();
    stream.writerLoop = nullptr;
    stream.headers = nullptr;
    stream.published = nullptr;
    stream.latestDtsMs = latestDtsMs;
}

std::shared_ptr<Relay> StreamRegistry::relayFor(const StreamKey& key, net::Loop& loop, const WireFormat& format,
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

void StreamRegistry::dropRelay(const StreamKey& key, net::Loop& loop, const std::string& format) {
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
