#include "hub/StreamWriter.h"

#include "media/EnhancedTag.h"
#include "media/MetadataCodecs.h"

#include <algorithm>
#include <utility>

namespace hookcast::hub {

namespace {

/// How long few messages wait for others once mw_latency has passed.
constexpr std::int64_t kMostWaitForMessagesMs = 1000;

} // namespace

StreamWriter::StreamWriter(net::Loop& loop, std::uint64_t epoch, std::shared_ptr<const config::VhostConfig> vhost,
                           const LogLimits& limits, std::optional<std::int64_t> resumeAtMs, OnHeaders onHeaders,
                           std::shared_ptr<StreamFigures> figures)
    : loop_(loop), epoch_(epoch), vhost_(std::move(vhost)), limits_(limits), onHeaders_(std::move(onHeaders)),
      timeline_(vhost_->play.atc ? config::TimeJitter::Off : vhost_->play.timeJitter, resumeAtMs),
      figures_(std::move(figures)), flushTimer_(loop), soonTimer_(loop) {
    headers_.frames = StreamHeaders(limits.extraTracks);
    figures_->heardAtMs.store(loop_.clock().monotonicMs(), std::memory_order_relaxed);
}

void StreamWriter::write(media::FrameKind kind, media::FrameRole role, std::uint32_t timestampMs, base::Bytes body,
                         media::Carriage carriage, std::uint8_t track) {
    loop_.assertCurrent();
    auto frame = std::make_shared<media::Frame>();
    frame->kind = kind;
    frame->role = role;
    frame->carriage = carriage;
    frame->track = track;
    frame->isExtra = frame->hasMoreTracks = track != 0;
    frame->body = std::move(body);
    media::noteTracks(*frame);
    place(*frame, timestampMs);
    if (!vhost_->play.mixCorrect)
        take(frame);
    else
        for (const media::FramePtr& ready : mix_.push(std::move(frame))) take(ready);
}

void StreamWriter::take(const media::FramePtr& frame) {
    if (frame->kind == media::FrameKind::Video && !frame->isExtra) hasVideo_ = true;
    count(*frame);
    const bool takesMetadataBack = frame->role == media::FrameRole::Metadata && frame->body.empty();
    const bool isRepeated = !takesMetadataBack && !noteHeaders(frame);
    for (const auto& sink : sinks_) sink->onFrame(frame);
    if (takesMetadataBack) {
        clearMetadata();
        return;
    }
    // Who plays has it already, be it from the preamble.
    if (isRepeated && vhost_->play.reduceSequenceHeader && frame->role == media::FrameRole::CodecConfig) return;
    const bool sync = isSync(*frame);
    retain(frame, sync);
    for (const auto& format : formats_) encode(*format, *frame, sync, headers_);
    if (!formats_.empty()) scheduleFlush(*frame);
}

void StreamWriter::addRelay(const WireFormat& format, std::shared_ptr<Relay> relay) {
    loop_.assertCurrent();
    FormatLog& target = formatLog(format);
    auto snapshot = target.log.exportFrom(target.log.firstSequence());
    target.links.push_back({relay, target.log.endSequence()});
    if (relay->loop().isCurrent()) {
        relay->begin(epoch_, snapshot);
        return;
    }
    net::Loop& relayLoop = relay->loop();
    relayLoop.post(
        [relay = std::move(relay), epoch = epoch_, snapshot = std::move(snapshot)] { relay->begin(epoch, snapshot); });
}

void StreamWriter::removeRelay(const Relay* relay) {
    loop_.assertCurrent();
    for (const auto& format : formats_)
        std::erase_if(format->links, [relay](const Link& link) { return link.relay.get() == relay; });
    std::erase_if(formats_, [](const auto& format) { return format->links.empty(); });
}

void StreamWriter::addSink(std::shared_ptr<FrameSink> sink) {
    loop_.assertCurrent();
    for (const media::FramePtr& header : headers_.frames.inOrder()) sink->onFrame(header);
    sinks_.push_back(std::move(sink));
}

void StreamWriter::removeSink(const FrameSink* sink) {
    loop_.assertCurrent();
    std::erase_if(sinks_, [sink](const auto& one) { return one.get() == sink; });
}

void StreamWriter::flush() {
    loop_.assertCurrent();
    flushedAtMs_ = loop_.clock().monotonicMs();
    unflushed_ = 0;
    // The period that has passed is over; the next one begins with the next frame.
    if (std::exchange(waitsForMessages_, false)) flushTimer_.cancel();
    // A relay that is handed something here may lose its last player and be removed in the meantime, by post.
    for (const auto& format : formats_) handOut(*format);
}

void StreamWriter::end(End how) {
    for (const media::FramePtr& frame : mix_.drain()) take(frame);
    flush();
    for (const auto& format : formats_) {
        if (how == End::HandedOver && format->encoder->canBeContinued()) continue;
        for (const Link& link : format->links)
            link.relay->loop().post([relay = link.relay, epoch = epoch_] { relay->end(epoch); });
    }
    for (const auto& sink : std::exchange(sinks_, {})) sink->onEnd();
}

void StreamWriter::place(media::Frame& frame, std::uint32_t timestampMs) {
    if (frame.role == media::FrameRole::Metadata && vhost_->play.atcAuto && media::asksForAtc(frame.body))
        timeline_.keepPublisherTimes();
    const std::int64_t nowMs = loop_.clock().monotonicMs();
    figures_->heardAtMs.store(nowMs, std::memory_order_relaxed);
    const auto times = timeline_.place(frame.kind, frame.role, timestampMs, nowMs, frame.track);
    frame.dtsMs = times.streamMs;
    frame.publisherMs = times.publisherMs;
}

void StreamWriter::count(const media::Frame& frame) {
    figures_->bytes.fetch_add(frame.body.size(), std::memory_order_relaxed);
    if (frame.role == media::FrameRole::CodecConfig || frame.isExtra) return;
    if (frame.kind == media::FrameKind::Video) figures_->videoFrames.fetch_add(1, std::memory_order_relaxed);
    if (frame.kind == media::FrameKind::Audio) figures_->audioFrames.fetch_add(1, std::memory_order_relaxed);
}

/// False for a header that is the same as the one before it.
bool StreamWriter::noteHeaders(const media::FramePtr& frame) {
    if (frame->role != media::FrameRole::Metadata && frame->role != media::FrameRole::CodecConfig) {
        noteMedia(frame);
        return true;
    }
    // Encoders repeat their headers; only a change matters to those who have them.
    if (!headers_.frames.note(frame)) return false;
    ++headers_.version;
    if (onHeaders_) onHeaders_(headers_.frames);
    return true;
}

/// Who comes from here on is not to see it, and may start at a keyframe that is written already.
void StreamWriter::clearMetadata() {
    headers_.frames.metadata = nullptr;
    gopHeaders_.frames.metadata = nullptr;
    gopHeaders_.version = headers_.version + 1;
    headers_.version += 2;
    if (onHeaders_) onHeaders_(headers_.frames);
    flush();
    for (const auto& format : formats_) clearMetadata(*format);
}

void StreamWriter::clearMetadata(FormatLog& format) {
    const SyncPoint* newest = format.log.newestSync();
    if (newest == nullptr || !format.encoder->carriesMetadata()) return;
    SyncPoint cleared = *newest;
    cleared.headersVersion = gopHeaders_.version;
    cleared.preamble = std::make_shared<const base::Bytes>(format.encoder->preamble(gopHeaders_.frames, cleared.dtsMs));
    format.log.addSyncPoint(std::move(cleared));
    const auto batch = std::make_shared<const LogBatch>(format.log.exportNewestSync());
    for (const Link& link : format.links) handOut(link, batch);
}

/// What is announced need not come, and what comes need not be announced.
void StreamWriter::noteMedia(const media::FramePtr& frame) {
    const bool isMedia = frame->role == media::FrameRole::Media || frame->role == media::FrameRole::Keyframe;
    if (frame->hasMoreTracks && headers_.frames.noteMore(frame) && onHeaders_) onHeaders_(headers_.frames);
    if (!isMedia || frame->isExtra || frame->kind == media::FrameKind::Data || frame->body.empty()) return;
    StreamHeaders& known = headers_.frames;
    bool changes = !known.mediaSinceMs;
    bool begins = changes;
    if (changes) known.mediaSinceMs = loop_.clock().monotonicMs();
    if (frame->kind == media::FrameKind::Video) {
        const bool isFirst = !known.hasPictures && frame->carriage == media::Carriage::Flv;
        known.hasPictures = known.hasPictures || isFirst;
        changes = changes || isFirst;
        begins = begins || isFirst;
    } else if (known.audioSample == nullptr || known.audioSample->body.front() != frame->body.front()) {
        // The first byte of an FLV audio tag names codec, rate and channels.
        known.audioSample = frame;
        changes = true;
    }
    if (changes && onHeaders_) onHeaders_(known);
    // Who has waited for the stream to begin does not wait for a period of mw_latency, too.
    if (begins && vhost_->play.sendMinIntervalMs == 0) postFlush();
}

bool StreamWriter::isSync(const media::Frame& frame) const {
    if (frame.isExtra) return false;
    if (frame.role == media::FrameRole::Keyframe) return true;
    return !hasVideo_ && frame.kind == media::FrameKind::Audio && frame.role == media::FrameRole::Media;
}

void StreamWriter::retain(const media::FramePtr& frame, bool isSync) {
    if (isSync) {
        forgetGop();
        gopHeaders_ = headers_;
    }
    if (!vhost_->play.gopCache || (gop_.empty() && !isSync)) return;
    gop_.push_back(frame);
    gopBytes_ += frame->body.size();
    if (gop_.size() > limits_.gopFrames || gopBytes_ > limits_.bytes) forgetGop();
}

void StreamWriter::forgetGop() {
    gop_.clear();
    gopBytes_ = 0;
}

void StreamWriter::encode(FormatLog& format, const media::Frame& frame, bool isSync, const Headers& headers) {
    if (frame.isExtra && !format.encoder->carriesMoreTracks()) return;
    const std::uint64_t first = format.log.endSequence();
    format.encoder->append(frame, format.log);
    format.log.endEntry(frame);
    format.owesSync = format.owesSync || isSync;
    if (format.log.endSequence() == first) return;
    const bool isSound =
        frame.kind == media::FrameKind::Audio && frame.role == media::FrameRole::Media && !frame.isExtra;
    const bool beginsHere = std::exchange(format.owesSync, false);
    if (!beginsHere && (format.encoder->carriesVideo() || !isSound)) return;
    // Audio alone makes every frame a sync point: their preamble is the same until a header changes.
    const bool stale = format.preamble == nullptr || format.preambleVersion != headers.version;
    if (stale || (beginsHere && hasVideo_) || format.encoder->hasPreamblePerFrame()) {
        format.preamble = std::make_shared<const base::Bytes>(format.encoder->preamble(headers.frames, frame.dtsMs));
        format.preambleVersion = headers.version;
    }
    format.log.addSyncPoint({first, frame.dtsMs, headers.version, format.preamble});
}

void StreamWriter::handOut(FormatLog& format) {
    WireLog& log = format.log;
    std::shared_ptr<const LogBatch> batch;
    for (Link& link : format.links) {
        if (link.nextSequence == log.endSequence()) continue;
        if (batch == nullptr || batch->firstSequence != link.nextSequence)
            batch = std::make_shared<const LogBatch>(log.exportFrom(link.nextSequence));
        link.nextSequence = log.endSequence();
        handOut(link, batch);
    }
    if (log.sizeBytes() > limits_.bytes || log.endSequence() - log.firstSequence() > limits_.gopFrames)
        log.dropSyncPoints();
    const SyncPoint* newest = log.newestSync();
    log.trimTo(newest != nullptr ? newest->sequence : log.endSequence());
}

void StreamWriter::handOut(const Link& link, const std::shared_ptr<const LogBatch>& batch) const {
    if (link.relay->loop().isCurrent())
        link.relay->grow(epoch_, *batch);
    else
        link.relay->loop().post([relay = link.relay, epoch = epoch_, batch] { relay->grow(epoch, *batch); });
}

void StreamWriter::scheduleFlush(const media::Frame& frame) {
    ++unflushed_;
    const config::PlayConfig& play = vhost_->play;
    const bool perFrame = vhost_->minLatency && (frame.kind == media::FrameKind::Video || !hasVideo_);
    const bool atOnce = perFrame || play.mwLatencyMs == 0 || (waitsForMessages_ && !lacksMessages());
    const auto isFull = [this](const auto& format) { return format->log.sizeBytes() > limits_.bytes; };
    const std::int64_t tooSoonMs = flushedAtMs_ + play.sendMinIntervalMs - loop_.clock().monotonicMs();
    if (std::any_of(formats_.begin(), formats_.end(), isFull) || (atOnce && tooSoonMs <= 0))
        postFlush();
    else if (atOnce)
        flushSoon(tooSoonMs);
    else if (!flushTimer_.isArmed())
        runFlushTimer(std::max(play.mwLatencyMs, play.sendMinIntervalMs));
}

bool StreamWriter::lacksMessages() const {
    return !vhost_->minLatency && unflushed_ < vhost_->play.mwMessages;
}

void StreamWriter::runFlushTimer(std::int64_t delayMs) {
    flushTimer_.runAfter(delayMs, [this] { onFlushTimer(); });
}

void StreamWriter::flushSoon(std::int64_t delayMs) {
    if (!soonTimer_.isArmed()) soonTimer_.runAfter(delayMs, [this] { flush(); });
}

void StreamWriter::onFlushTimer() {
    const config::PlayConfig& play = vhost_->play;
    // With min_latency the video frames flush, and audio that waits goes with the next of them.
    const std::int64_t periodMs = std::max(play.mwLatencyMs, play.sendMinIntervalMs);
    const std::int64_t leftMs = flushedAtMs_ + periodMs - loop_.clock().monotonicMs();
    if (leftMs > 0) {
        runFlushTimer(leftMs);
    } else if (play.mwLatencyMs > 0 && lacksMessages() && !waitsForMessages_) {
        waitsForMessages_ = true;
        runFlushTimer(kMostWaitForMessagesMs);
    } else {
        flush();
    }
}

void StreamWriter::postFlush() {
    // By post: frames that arrived in one read leave in one flush.
    if (flushPosted_) return;
    flushPosted_ = true;
    loop_.post([weak = weak_from_this()] {
        const auto self = weak.lock();
        if (self == nullptr) return;
        self->flushPosted_ = false;
        self->flush();
    });
}

StreamWriter::FormatLog& StreamWriter::formatLog(const WireFormat& format) {
    for (const auto& existing : formats_) {
        if (existing->name == format.name()) return *existing;
    }
    auto created = std::make_unique<FormatLog>();
    created->name = format.name();
    created->encoder = format.makeEncoder();
    if (hasVideo_ && created->encoder->carriesVideo()) created->log.setHasVideo();
    StreamHeaders beginning = gop_.empty() ? headers_.frames : gopHeaders_.frames;
    // What has come behind the first keyframe: it tells that there is such a track, and may be all that tells of it.
    beginning.audioSample = headers_.frames.audioSample;
    beginning.hasPictures = headers_.frames.hasPictures;
    created->encoder->begin(beginning);
    for (const media::FramePtr& frame : gop_) encode(*created, *frame, isSync(*frame), gopHeaders_);
    formats_.push_back(std::move(created));
    return *formats_.back();
}

} // namespace hookcast::hub
