#include "hub/Playback.h"

#include "hub/Relay.h"
#include "net/EndReasons.h"

#include <algorithm>
#include <array>
#include <utility>

namespace hookcast::hub {

namespace {

std::size_t sizeOf(std::span<const iovec> ranges) {
    std::size_t size = 0;
    for (const iovec& range : ranges) size += range.iov_len;
    return size;
}

} // namespace

Playback::Playback(hooks::Ticket ticket, std::shared_ptr<Relay> relay, Subscriber& subscriber,
                   const PlaybackLimits& limits, bool isPublished)
    : ticket_(std::move(ticket)), relay_(std::move(relay)), subscriber_(subscriber), limits_(limits),
      wasPublished_(isPublished), wantsAudio_(limits.wantsAudio), wantsVideo_(limits.wantsVideo) {
    relay_->add(*this);
}

Playback::~Playback() {
    relay_->remove(*this);
}

void Playback::resume() {
    full_ = false;
    if (stalled_) return;
    startWhereItMay();
    send();
}

void Playback::interject(base::ByteSpan bytes) {
    if (interjection_.size() + bytes.size() > limits_.interjectionBytes) {
        stall(net::kRepliesUnread);
        return;
    }
    interjection_.insert(interjection_.end(), bytes.begin(), bytes.end());
    send();
}

void Playback::setPaused(bool paused) {
    if (paused == paused_) return;
    paused_ = paused;
    if (paused) {
        detach();
        return;
    }
    passOverMissed();
    advance(relay_->nowMs());
}

base::Bytes Playback::stop() {
    paused_ = true;
    detach();
    base::Bytes rest = leftover_.bytes();
    rest.insert(rest.end(), interjection_.begin() + static_cast<std::ptrdiff_t>(interjectionSent_),
                interjection_.end());
    leftover_.clear();
    base::Bytes().swap(interjection_);
    interjectionSent_ = 0;
    return rest;
}

void Playback::setReceives(media::FrameKind kind, bool on) {
    if (kind == media::FrameKind::Audio) wantsAudio_ = on;
    if (kind != media::FrameKind::Video || wantsVideo_ == on) return;
    wantsVideo_ = on;
    // Video that comes back must begin with a keyframe, and time must not go back: the next one it is.
    if (on && !awaitingSync_) detach();
}

void Playback::detach() {
    leaveCurrentEntry();
    park();
}

void Playback::begin(std::int64_t nowMs) {
    park();
    // Each publication counts its headers' versions from the beginning.
    headersVersion_ = 0;
    ending_ = false;
    const SyncPoint* newest = relay_->log().newestSync();
    const bool mayStart = limits_.startAtCachedGop || !relay_->log().hasVideo();
    if (newest != nullptr && mayStart && !paused_) startAt(*newest);
    advance(nowMs);
}

void Playback::advance(std::int64_t nowMs) {
    if (stalled_) return;
    if (full_) {
        if (nowMs - tookLastMs_ > limits_.sendTimeoutMs)
            stall(net::kTookNothing);
        else if (lagMs() > limits_.queueLengthMs)
            catchUp();
        passOverMissed();
        return;
    }
    startWhereItMay();
    send();
}

void Playback::startWhereItMay() {
    if (!awaitingSync_ || paused_) return;
    // The first one, though a batch may bring several: who waited for the stream to begin gets all of it.
    const SyncPoint* point = relay_->log().syncFrom(sequence_);
    if (point != nullptr) startAt(*point);
}

void Playback::passOverMissed() {
    if (!awaitingSync_) return;
    const SyncPoint* newest = relay_->log().newestSync();
    if (newest != nullptr) sequence_ = std::max(sequence_, newest->sequence);
}

std::uint64_t Playback::neededSequence() const {
    return awaitingSync_ ? relay_->log().endSequence() : sequence_;
}

void Playback::end() {
    ending_ = true;
    tellEnd();
}

void Playback::send() {
    while (!full_ && !stalled_ && sendNext()) {
    }
    tellEnd();
}

void Playback::tellEnd() {
    if (!ending_ || full_ || stalled_) return;
    ending_ = false;
    subscriber_.onEnded();
}

bool Playback::sendNext() {
    const bool preambleBegun = preambleSent_ > 0;
    if (!leftover_.empty()) {
        sendLeftover();
    } else if (!preambleBegun && !interjection_.empty() && atBoundary()) {
        sendInterjection();
    } else if (!preambleBegun && awaitingSync_) {
        return false;
    } else if (preamble_ != nullptr) {
        sendPreamble();
    } else {
        skipUnwanted();
        if (sequence_ == relay_->log().endSequence()) return false;
        sendRun();
    }
    return true;
}

void Playback::sendLeftover() {
    const auto ranges = leftover_.ranges();
    const std::size_t offered = sizeOf(ranges);
    const std::size_t taken = subscriber_.write(ranges);
    leftover_.consume(taken);
    noteTaken(taken, offered);
}

void Playback::sendPreamble() {
    const base::ByteSpan rest = base::ByteSpan(*preamble_).subspan(preambleSent_);
    const iovec range{const_cast<std::uint8_t*>(rest.data()), rest.size()};
    const std::size_t taken = subscriber_.write({&range, 1});
    preambleSent_ += taken;
    if (taken == rest.size()) {
        preamble_.reset();
        preambleSent_ = 0;
    }
    noteTaken(taken, rest.size());
}

void Playback::sendInterjection() {
    const iovec range{interjection_.data() + interjectionSent_, interjection_.size() - interjectionSent_};
    const std::size_t taken = subscriber_.write({&range, 1});
    interjectionSent_ += taken;
    noteTaken(taken, range.iov_len);
    if (full_) return;
    base::Bytes().swap(interjection_);
    interjectionSent_ = 0;
}

void Playback::sendRun() {
    const WireLog& log = relay_->log();
    std::array<iovec, WireLog::kMaxRanges> space;
    const auto ranges = log.bytes(offset_, runEnd(), space);
    const std::size_t taken = subscriber_.write(ranges);
    offset_ += taken;
    if (offset_ == log.endOffset() && wantsAll()) sequence_ = log.endSequence();
    while (sequence_ < log.endSequence() && log.entry(sequence_).endOffset <= offset_) {
        noteSent(log.entry(sequence_));
        ++sequence_;
    }
    noteTaken(taken, sizeOf(ranges));
}

void Playback::noteTaken(std::size_t taken, std::size_t offered) {
    if (taken == offered) {
        tookLastMs_ = 0;
        return;
    }
    full_ = true;
    if (taken > 0 || tookLastMs_ == 0) tookLastMs_ = relay_->nowMs();
}

std::int64_t Playback::lagMs() const {
    const WireLog& log = relay_->log();
    if (awaitingSync_ || sequence_ == log.endSequence()) return 0;
    return log.newestDtsMs() - log.entry(sequence_).dtsMs;
}

Playback::Standing Playback::standing() const {
    Standing standing;
    standing.lagMs = lagMs();
    if (!awaitingSync_) standing.lagBytes = relay_->log().endOffset() - offset_;
    standing.jumps = jumps_;
    if (full_) standing.blockedMs = relay_->nowMs() - tookLastMs_;
    standing.isPaused = paused_;
    standing.awaitsStart = awaitingSync_;
    return standing;
}

std::uint64_t Playback::runEnd() const {
    const WireLog& log = relay_->log();
    // A reply is waiting for this entry's end.
    if (!interjection_.empty()) return log.entry(sequence_).endOffset;
    if (wantsAll()) return log.endOffset();
    std::uint64_t end = sequence_;
    while (end < log.endSequence() && (end == sequence_ || wants(log.entry(end)))) ++end;
    return log.entry(end - 1).endOffset;
}

void Playback::skipUnwanted() {
    if (wantsAll() || !atBoundary()) return;
    const WireLog& log = relay_->log();
    while (sequence_ < log.endSequence() && !wants(log.entry(sequence_))) ++sequence_;
    offset_ = log.beginOffset(sequence_);
}

void Playback::catchUp() {
    ++jumps_;
    const std::uint64_t left = sequence_;
    leaveCurrentEntry();
    const SyncPoint* newest = relay_->log().newestSync();
    if (newest != nullptr && newest->sequence > left)
        startAt(*newest);
    else
        park();
    relay_->countJump(*this);
}

void Playback::startAt(const SyncPoint& point) {
    awaitingSync_ = false;
    unbegunTracks_ = kEveryTrack;
    sequence_ = point.sequence;
    offset_ = relay_->log().beginOffset(sequence_);
    if (headersVersion_ == point.headersVersion) return;
    leavePreamble();
    headersVersion_ = point.headersVersion;
    if (point.preamble != nullptr && !point.preamble->empty()) preamble_ = point.preamble;
}

void Playback::park() {
    leavePreamble();
    awaitingSync_ = true;
    sequence_ = relay_->log().endSequence();
}

void Playback::leaveCurrentEntry() {
    if (atBoundary()) return;
    const WireLog& log = relay_->log();
    const std::uint64_t end = log.entry(sequence_).endOffset;
    log.keep(offset_, end, leftover_);
    ++sequence_;
    offset_ = end;
}

void Playback::leavePreamble() {
    if (preamble_ == nullptr) return;
    if (preambleSent_ > 0)
        leftover_.add(preamble_, base::ByteSpan(*preamble_).subspan(preambleSent_));
    else
        headersVersion_ = 0; // it was never sent
    preamble_.reset();
    preambleSent_ = 0;
}

void Playback::stall(const std::string& reason) {
    if (stalled_) return;
    stalled_ = true;
    detach(); // it keeps nothing from being forgotten
    subscriber_.onStalled(reason);
}

bool Playback::atBoundary() const {
    return awaitingSync_ || offset_ == relay_->log().beginOffset(sequence_);
}

/// Then nothing in the log has to be looked at one by one.
bool Playback::wantsAll() const {
    const WireLog& log = relay_->log();
    const bool hasOthers = (log.tracks() & ~limits_.wantedTracks) != 0;
    return wantsAudio_ && wantsVideo_ && !hasOthers && (log.videoTracks() & unbegunTracks_) == 0;
}

void Playback::noteSent(const LogEntry& entry) {
    if (entry.track != LogEntry::kAllTracks && entry.role == media::FrameRole::Keyframe)
        unbegunTracks_ &= ~only(entry.track);
}

bool Playback::wants(const LogEntry& entry) const {
    // What comes later could not be decoded without it, should the player change its mind.
    if (entry.role == media::FrameRole::CodecConfig) return true;
    if (entry.track != LogEntry::kAllTracks) {
        if ((limits_.wantedTracks & only(entry.track)) == 0) return false;
        const bool isLater = entry.kind == media::FrameKind::Video && entry.role != media::FrameRole::Keyframe;
        if (isLater && (unbegunTracks_ & only(entry.track)) != 0) return false;
    }
    switch (entry.kind) {
    case media::FrameKind::Audio: return wantsAudio_;
    case media::FrameKind::Video: return wantsVideo_;
    default: return true;
    }
}

} // namespace hookcast::hub
