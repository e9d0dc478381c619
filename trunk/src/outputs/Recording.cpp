#include "outputs/Recording.h"

#include "media/StreamTimeline.h"
#include "outputs/RecordingPath.h"

#include <algorithm>
#include <utility>

namespace hookcast::outputs {

namespace {

bool isHeader(const media::Frame& frame) {
    return frame.role == media::FrameRole::CodecConfig || frame.role == media::FrameRole::Metadata;
}

/// Whether pictures can be decoded from here on.
bool isStart(const media::Frame& frame) {
    return frame.role == media::FrameRole::Keyframe && !frame.isExtra;
}

} // namespace

Recording::Recording(const config::DvrConfig& config, hooks::StreamKey key, Surroundings surroundings)
    : config_(config), key_(std::move(key)), surroundings_(std::move(surroundings)) {}

void Recording::take(const media::FramePtr& frame) {
    if (frame->carriage != media::Carriage::Flv) return;
    if (isHeader(*frame)) {
        noteHeader(frame);
        return;
    }
    if (frame->kind == media::FrameKind::Data || frame->role == media::FrameRole::Other) return;
    if (frame->kind == media::FrameKind::Audio && !frame->isExtra && headers_.audioSample == nullptr) {
        headers_.audioSample = frame;
        if (headers_.audioConfig == nullptr) noteNewTrack();
    }
    headers_.hasPictures = headers_.hasPictures || (frame->kind == media::FrameKind::Video && isWanted(*frame));
    if (!isWanted(*frame)) return;
    if (!started_ && !tracksAreKnown(*frame)) {
        held_.push_back(frame);
        return;
    }
    start();
    write(*frame);
}

void Recording::start() {
    started_ = true;
    for (const media::FramePtr& frame : std::exchange(held_, {})) write(*frame);
}

void Recording::noteHeader(const media::FramePtr& frame) {
    hub::StreamHeaders next = headers_;
    const bool changes = next.note(frame);
    if (frame->role == media::FrameRole::Metadata) {
        announced_ = media::readMetadataCodecs(frame->body);
        headers_ = std::move(next);
        return;
    }
    // What is held goes with the configuration that it came with.
    if (changes && headers_.hasConfigLike(*frame) && !held_.empty()) start();
    headers_ = std::move(next);
    if (!changes) return;
    if (!frame->isExtra) noteNewTrack();
    if (file_ == nullptr || mustCut_) return;
    if (const DiskError error = file_->write(*frame, timeOf(*frame))) fail(error);
}

void Recording::noteNewTrack() {
    mustCut_ = file_ != nullptr && !file_->takesConfigs();
}

bool Recording::tracksAreKnown(const media::Frame& latest) const {
    // A track that is announced, be it with its configuration, may never come.
    const bool hasAudio = headers_.audioSample != nullptr;
    const bool missesVideo =
        (announced_.video != media::Codec::None || headers_.videoConfig != nullptr) && !headers_.hasPictures;
    const bool missesAudio = (announced_.audio != media::Codec::None || headers_.audioConfig != nullptr) && !hasAudio;
    const bool knowsBoth = headers_.hasPictures && hasAudio;
    const bool announcesAny = announced_.video != media::Codec::None || announced_.audio != media::Codec::None;
    if (knowsBoth || (announcesAny && !missesVideo && !missesAudio)) return true;
    return !held_.empty() && latest.dtsMs - held_.front()->dtsMs >= kTrackWaitMs;
}

bool Recording::isWanted(const media::Frame& frame) const {
    if (pauseMs_ != 0 && surroundings_.clock.monotonicMs() < resumesAtMs_) return false;
    if (frame.kind != media::FrameKind::Video || isStart(frame) || hasKeyframe_) return true;
    return std::ranges::any_of(held_, [](const auto& held) { return isStart(*held); });
}

bool Recording::isDue(const media::Frame& frame) const {
    if (mustCut_) return true;
    if (config_.plan == config::DvrConfig::Plan::Session || frame.dtsMs - firstDtsMs_ < config_.durationMs)
        return false;
    return !config_.waitKeyframe || headers_.videoConfig == nullptr || isStart(frame);
}

void Recording::write(const media::Frame& frame) {
    if (file_ != nullptr && isDue(frame)) endFile({});
    if (file_ == nullptr) begin(frame);
    if (file_ == nullptr) return;
    hasKeyframe_ = hasKeyframe_ || isStart(frame);
    if (const DiskError error = file_->write(frame, timeOf(frame))) fail(error);
}

void Recording::begin(const media::Frame& first) {
    mustCut_ = false;
    about_ = {};
    about_.fromUnixMs = surroundings_.clock.unixMs();
    about_.toUnixMs = about_.fromUnixMs;
    hasMedia_ = false;
    firstDtsMs_ = first.dtsMs;
    times_ = {};
    const auto path = makeRecordingPath(config_.path, key_, about_.fromUnixMs, config_.timeZone);
    if (!path) return; // whoever begins a recording has looked whether there is one
    about_.path = path.value();
    file_ = makeRecordingFile(path.value());
    const DiskError error = file_->open(path.value(), headers_);
    if (error)
        fail(error);
    else if (const std::string leftOut = file_->leftOut(); !leftOut.empty())
        surroundings_.onLeftOut(leftOut);
}

std::int64_t Recording::timeOf(const media::Frame& frame) {
    if (config_.timeJitter == config::TimeJitter::Off) return frame.publisherMs;
    TrackTime& track = times_[{frame.kind, frame.track}];
    const std::int64_t time = frame.dtsMs - firstDtsMs_ + track.shiftMs;
    const std::int64_t earliest = config_.timeJitter == config::TimeJitter::Full ? track.latestMs : 0;
    // A clock that lies further back would hold the track for as long as it takes to get here.
    if (earliest - time > media::StreamTimeline::kToleranceMs) track.shiftMs += earliest - time;
    track.latestMs = std::max(time, earliest);
    return track.latestMs;
}

void Recording::flush() {
    if (file_ == nullptr) return;
    if (const DiskError error = file_->flush()) {
        fail(error);
        return;
    }
    about_.toUnixMs = surroundings_.clock.unixMs();
    if (file_->sizeBytes() > 0) noteSuccess();
}

void Recording::noteSuccess() {
    hasMedia_ = true;
    if (std::exchange(pauseMs_, 0) != 0) surroundings_.onRecovered();
}

void Recording::end() {
    // A stream that was too short for its tracks to be known is one all the same.
    start();
    if (file_ == nullptr) return;
    flush();
    if (file_ != nullptr) endFile({});
}

void Recording::endFile(DiskError error) {
    about_.isThere = hasMedia_ || !error;
    about_.error = std::move(error);
    surroundings_.onFile(std::exchange(file_, nullptr), about_);
}

void Recording::fail(const DiskError& error) {
    const bool isFirst = pauseMs_ == 0;
    pauseMs_ = isFirst ? kFirstPauseMs : std::min(2 * pauseMs_, kLongestPauseMs);
    resumesAtMs_ = surroundings_.clock.monotonicMs() + pauseMs_;
    // What comes next is another file, later.
    hasKeyframe_ = false;
    if (isFirst) surroundings_.onTrouble(error);
    endFile(error);
}

} // namespace hookcast::outputs
