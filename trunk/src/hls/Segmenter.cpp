#include "hls/Segmenter.h"

#include "base/Log.h"

#include <algorithm>
#include <utility>

namespace hookcast::hls {

namespace {

constexpr std::int64_t kUsPerMs = 1000;
constexpr std::int64_t kMsPerS = 1000;
constexpr std::int64_t kPermille = 1000;
constexpr std::size_t kBytesPerMb = 1024 * 1024;
/// So much of a segment's memory may be empty beside its bytes, as only those are counted.
constexpr std::size_t kSpareShare = 8;

/// A target duration is in whole seconds.
std::int64_t targetOf(const config::VhostConfig& vhost) {
    const std::int64_t ms = fragmentMsOf(vhost) * vhost.hls.targetDurationPermille / kPermille;
    return (ms + kMsPerS - 1) / kMsPerS * kMsPerS;
}

/// As durations are rounded before they are compared with it (RFC 8216, 4.3.3.1).
std::int64_t roundedToSeconds(std::int64_t ms) {
    return (ms + kMsPerS / 2) / kMsPerS * kMsPerS;
}

} // namespace

Segmenter::Segmenter(net::Loop& loop, StreamPtr stream, hub::PublishedStreamPtr published, SegmentNames names,
                     Surroundings surroundings)
    : loop_(loop), stream_(std::move(stream)), published_(std::move(published)), surroundings_(std::move(surroundings)),
      container_(containerOf(*published_->vhost)), names_(std::move(names)),
      tracks_({container_, terms().takesVideo, terms().takesAudio}), clock_(terms().keepsPublisherTimes),
      silence_(loop), discontinuities_(stream_->window().discontinuities()) {
    stream_->window().raiseTargetDuration(targetOf(*published_->vhost));
}

void Segmenter::onFrame(const media::FramePtr& frame) {
    loop_.assertCurrent();
    if (isGivenUp_ || frame->carriage != media::Carriage::Flv || frame->isExtra) return;
    if (frame->role == media::FrameRole::Metadata) tracks_.noteMetadata(*frame);
    if (!tracks_.takes(frame->kind)) return;
    if (frame->role == media::FrameRole::CodecConfig) {
        // What is held goes with the configuration before.
        if (tracks_.noteConfig(frame))
            std::erase_if(held_, [&](const MediaFrame& held) { return held.frame->kind == frame->kind; });
        return;
    }
    if (frame->role != media::FrameRole::Media && frame->role != media::FrameRole::Keyframe) return;
    auto read = readMedia(frame);
    if (!read) return;
    tracks_.noteFrame(*read);
    if (isStarted_)
        take(*read);
    else
        gather(std::move(*read));
}

void Segmenter::onEnd() {
    if (!isGivenUp_ && !isStarted_) start();
    if (isOpen_) endSegment(clock_.endMs());
    tellCompleted();
    if (surroundings_.onEnd) surroundings_.onEnd();
    surroundings_ = {};
}

void Segmenter::gather(MediaFrame frame) {
    heldBytes_ += frame.payload.size();
    const std::int64_t latestMs = frame.frame->dtsMs;
    held_.push_back(std::move(frame));
    const bool knowsSteps = !terms().lowLatency || tracks_.steps().isSure();
    const bool isFull = held_.size() > kMostHeld || heldBytes_ > kMostHeldBytes;
    const std::int64_t mostMs = knowsSteps || tracks_.steps().stepUs() > 0 ? kTrackWaitMs : kStepWaitMs;
    if ((tracks_.areKnown() && knowsSteps) || isFull || latestMs - held_.front().frame->dtsMs >= mostMs) start();
}

void Segmenter::start() {
    isStarted_ = true;
    for (MediaFrame& frame : std::exchange(held_, {})) take(frame);
}

void Segmenter::take(MediaFrame& frame) {
    mustRestart_ = mustRestart_ || tracks_.wantRun();
    if (isOpen_ && clock_.jumps(*frame.frame)) {
        endSegment(clock_.endMs());
        mustRestart_ = true;
    }
    frame.timeMs = clock_.timeOf(*frame.frame);
    if (isOpen_ && mustCut(frame)) {
        endSegment(frame.timeMs);
        if (!mustRestart_) beginSegment(frame, false);
    }
    const bool isRunning = isOpen_ || (mayBeginRun(frame) && beginRun(frame));
    tellCompleted();
    if (isRunning && tracks_.isPacked(frame.frame->kind)) add(frame);
}

bool Segmenter::mayBeginRun(const MediaFrame& frame) const {
    if (!tracks_.hasPictures()) return true;
    return frame.isVideo && (frame.isKeyframe || !terms().waitKeyframe);
}

bool Segmenter::mustCut(const MediaFrame& frame) {
    if (mustRestart_ && mayBeginRun(frame)) return true;
    if (segment_.sizeBytes + packer_->sizeBytes() > terms().memoryMb * kBytesPerMb / 2) return true;
    return cutter_->isDue(candidate(frame));
}

Cutter::Candidate Segmenter::candidate(const MediaFrame& frame) const {
    const bool isReference = frame.isVideo == tracks_.packsPictures();
    return {frame.timeMs, clock_.unixMsAt(frame.timeMs), isReference, isReference && frame.isKeyframe};
}

bool Segmenter::beginRun(MediaFrame& frame) {
    if (!prepare()) return false;
    mustRestart_ = false;
    clock_.begin(*frame.frame, loop_.clock().unixMs());
    frame.timeMs = clock_.timeOf(*frame.frame);
    cutter_.emplace(Cutter::Terms{fragmentMs(), fragmentMs() * terms().overflowPermille / kPermille,
                                  stream_->window().view()->targetDurationMs, tracks_.packsPictures(),
                                  terms().waitKeyframe, terms().tsFloor});
    beginParts();
    beginSegment(frame, true);
    return true;
}

/// Makes the packer of the next run. False: nothing can be segmented for now.
bool Segmenter::prepare() {
    std::string leftOut;
    const PackedTracks packed = tracks_.choose(leftOut);
    packer_ = packed.empty() ? nullptr : makePacker(container_, packed);
    if (packer_ == nullptr) {
        fail("there is nothing but " + leftOut);
        return false;
    }
    warnLeftOut(leftOut);
    const Description described = describe(packed);
    setInit(described);
    stream_->window().describe(described.codecs, described.width, described.height);
    return true;
}

/// That of the segments before, if it is the same.
void Segmenter::setInit(const Description& described) {
    base::Bytes bytes = packer_->init();
    if (bytes.empty()) return;
    const WindowViewPtr view = stream_->window().view();
    if (completed_ != nullptr)
        init_ = completed_->init;
    else if (!view->segments.empty())
        init_ = view->segments.back()->init;
    if (init_ != nullptr && *init_->bytes == bytes) return;
    auto init = std::make_shared<InitSegment>();
    init->number = init_ != nullptr ? init_->number + 1 : 0;
    init->name = names_.init(init->number, loop_.clock().unixMs());
    init->bytes = std::make_shared<const base::Bytes>(std::move(bytes));
    init->codecs = described.codecs;
    init->width = described.width;
    init->height = described.height;
    init_ = std::move(init);
}

void Segmenter::beginParts() {
    if (!terms().lowLatency) return;
    const std::int64_t stepUs = tracks_.steps().stepUs();
    SegmentWindow& window = stream_->window();
    window.raisePartTarget(PartCutter::targetMs(terms().partMs, stepUs));
    parts_.emplace(window.view()->partTargetMs, stepUs);
}

void Segmenter::beginSegment(const MediaFrame& frame, bool isFirstOfRun) {
    SegmentWindow& window = stream_->window();
    const Cutter::Candidate first = candidate(frame);
    cutter_->begin(first, isFirstOfRun);
    packer_->beginSegment();
    segment_ = {};
    segment_.sequence = completed_ != nullptr ? completed_->sequence + 1 : window.nextSequence();
    segment_.isDiscontinuous = isFirstOfRun && segment_.sequence > 0;
    if (segment_.isDiscontinuous) ++discontinuities_;
    segment_.discontinuities = discontinuities_;
    segment_.startUnixMs = first.unixMs;
    segment_.init = init_;
    // A part is fetched by the name of a segment whose duration is not known.
    if (parts_) segment_.name = names_.segment(segment_.sequence, segment_.startUnixMs, fragmentMs());
    segmentBeganMs_ = frame.timeMs;
    if (isFirstOfRun) runBeganMs_ = frame.timeMs;
    segment_.mediaMs = frame.timeMs;
    segment_.runMediaMs = runBeganMs_;
    if (parts_) parts_->begin(frame.timeMs);
    isOpen_ = true;
    auto open = std::make_shared<const Segment>(segment_);
    if (completed_ != nullptr)
        window.complete(std::exchange(completed_, nullptr), std::move(open));
    else
        window.update(std::move(open));
}

void Segmenter::add(const MediaFrame& frame) {
    const Cutter::Candidate added = candidate(frame);
    if (parts_ && packer_->sizeBytes() > 0 && parts_->isDue(frame.timeMs, added.isReference, frame.isKeyframe)) {
        endPart(frame.timeMs);
        stream_->window().update(std::make_shared<const Segment>(segment_));
    }
    if (packer_->sizeBytes() == 0) {
        partIsIndependent_ = added.isIndependent;
        if (parts_) silence_.runAfter(2 * parts_->targetMs(), [this] { onSilence(); });
    }
    packer_->add(frame);
}

void Segmenter::onSilence() {
    if (!isOpen_ || packer_->sizeBytes() == 0) return;
    endPart(clock_.endMs());
    stream_->window().update(std::make_shared<const Segment>(segment_));
}

void Segmenter::endPart(std::int64_t endMs) {
    base::Bytes bytes = packer_->take(endMs);
    if (bytes.empty()) return;
    if (bytes.capacity() - bytes.size() > bytes.size() / kSpareShare) bytes.shrink_to_fit();
    segment_.sizeBytes += bytes.size();
    const std::int64_t beganMs = parts_ ? parts_->beganMs() : segmentBeganMs_;
    const std::int64_t endedMs = parts_ ? parts_->endMs(endMs) : std::max(endMs, beganMs + 1);
    segment_.parts.push_back(
        {std::make_shared<const base::Bytes>(std::move(bytes)), (endedMs - beganMs) * kUsPerMs, partIsIndependent_});
    if (parts_) parts_->begin(endedMs);
}

void Segmenter::endSegment(std::int64_t endMs) {
    isOpen_ = false;
    silence_.cancel();
    endPart(endMs);
    SegmentWindow& window = stream_->window();
    if (segment_.parts.empty()) {
        dropSegment();
        return;
    }
    segment_.durationUs = std::max<std::int64_t>(endMs - segmentBeganMs_, 1) * kUsPerMs;
    if (segment_.name.empty())
        segment_.name = names_.segment(segment_.sequence, segment_.startUnixMs, segment_.durationUs / kUsPerMs);
    if (surroundings_.seal) {
        if (const base::Result<void> sealed = surroundings_.seal(segment_); !sealed) {
            fail(sealed.error().message);
            mustRestart_ = true;
            dropSegment();
            return;
        }
    }
    if (surroundings_.onSegment) surroundings_.onSegment();
    window.raiseTargetDuration(roundedToSeconds(segment_.durationUs / kUsPerMs));
    cutter_->setTarget(window.view()->targetDurationMs);
    completed_ = std::make_shared<const Segment>(std::exchange(segment_, {}));
}

/// Where nothing has followed it at once. Players that wait for the last part of a segment are answered by its end, and
/// some lose their way in a playlist of parts that does not say what comes next.
void Segmenter::tellCompleted() {
    if (completed_ != nullptr) stream_->window().complete(std::exchange(completed_, nullptr));
}

/// Its number, and a discontinuity that it would have told of, are the next one's.
void Segmenter::dropSegment() {
    if (segment_.isDiscontinuous) --discontinuities_;
    mustRestart_ = mustRestart_ || segment_.isDiscontinuous;
    stream_->window().update(nullptr);
}

void Segmenter::warnLeftOut(const std::string& codecs) {
    if (codecs.empty() || std::exchange(latestFailure_, codecs) == codecs) return;
    loop_.log().warn(published_->opening.client->logName(), "the HLS of {} is without {}",
                     base::printable(published_->key.text()), codecs);
}

void Segmenter::fail(const std::string& why) {
    if (std::exchange(latestFailure_, why) == why) return;
    loop_.log().warn(published_->opening.client->logName(), "{} has no HLS: {}",
                     base::printable(published_->key.text()), why);
    using OnError = config::HlsConfig::OnError;
    if (terms().onError == OnError::Continue) return;
    isGivenUp_ = true;
    if (terms().onError == OnError::Disconnect) surroundings_.disconnect("hls_on_error: " + why);
}

} // namespace hookcast::hls
