#include "hub/StreamReporter.h"

#include "hub/StreamRegistry.h"
#include "media/FlvBody.h"

#include <cmath>
#include <optional>
#include <utility>

namespace hookcast::hub {

namespace {

using config::EventName;
using hooks::StreamState;

/// As the events call it.
std::string codecName(media::Codec codec) {
    switch (codec) {
    case media::Codec::None: return {};
    case media::Codec::Hevc: return "H265";
    default: return std::string(media::nameOf(codec));
    }
}

bool isMedia(const media::Frame& frame) {
    return frame.role == media::FrameRole::Media || frame.role == media::FrameRole::Keyframe;
}

std::int64_t perSecond(std::uint64_t count, std::int64_t elapsedMs) {
    return std::llround(static_cast<double>(count) * 1000.0 / static_cast<double>(elapsedMs));
}

} // namespace

StreamReporter::StreamReporter(hooks::EventSink& events, net::Loop& loop, hooks::StreamEventData stream)
    : events_(events), loop_(loop), stream_(std::move(stream)), stallTimer_(loop), createTimer_(loop) {
    for (const std::int64_t periodMs : events_.pulsePeriodsMs()) pulses_.emplace_back(loop, periodMs);
}

void StreamReporter::create() {
    createTimer_.runAfter(kCreateDelayMs, [this] { tellCreated(); });
}

void StreamReporter::tellCreated() {
    if (std::exchange(isToldOf_, true)) return;
    createTimer_.cancel();
    events_.post(hooks::streamEvent(EventName::StreamCreate, current()));
}

void StreamReporter::attach(Publication& publication) {
    figures_ = publication.stream()->figures;
    publication.addSink(shared_from_this());
}

void StreamReporter::lose() {
    setState(StreamState::Inactive);
}

void StreamReporter::reconnect(const hooks::Reconnects& reconnects) {
    stream_.reconnects = reconnects;
    post(EventName::StreamReconnect);
}

void StreamReporter::remove() {
    // A stream that did not live to see its first pulse was measured by nobody yet.
    if (!wasMeasured_ && !pulses_.empty() && stream_.state == StreamState::Active) measure(pulses_.front());
    post(EventName::StreamDelete);
    stopTimers();
    removed_ = true;
}

hooks::StreamEventData StreamReporter::current() const {
    hooks::StreamEventData stream = stream_;
    if (figures_ != nullptr) stream.subscribers = figures_->players.load(std::memory_order_relaxed);
    return stream;
}

void StreamReporter::onFrame(const media::FramePtr& frame) {
    if (removed_) return;
    if (frame->kind == media::FrameKind::Video) {
        counts_.videoBytes += frame->body.size();
        if (frame->role == media::FrameRole::CodecConfig && !frame->isExtra) noteCodec(*frame);
    }
    if (!isMedia(*frame) || frame->isExtra) return;
    ++counts_.frames;
    if (frame->kind == media::FrameKind::Video) ++counts_.videoFrames;
    setState(StreamState::Active);
}

void StreamReporter::noteCodec(const media::Frame& config) {
    if (config.carriage != media::Carriage::Flv) return;
    const std::optional<media::VideoBody> body = media::readVideoBody(config.body);
    std::string codec = codecName(body ? body->codec : media::Codec::None);
    if (codec == stream_.video.codec) return;
    stream_.video.codec = std::move(codec);
    if (stream_.state == StreamState::Active) tellChange();
}

void StreamReporter::setState(StreamState state) {
    loop_.assertCurrent();
    if (state == stream_.state || removed_) return;
    stream_.state = state;
    if (state == StreamState::Active) {
        startTimers();
    } else {
        stopTimers();
        stream_.video.bitrate = 0;
        stream_.video.fps = 0;
    }
    tellChange();
}

/// stream:create tells all that has changed before it.
void StreamReporter::tellChange() {
    if (isToldOf_)
        post(EventName::StreamState);
    else if (!stream_.video.codec.empty())
        tellCreated();
}

void StreamReporter::startTimers() {
    const std::int64_t nowMs = loop_.clock().monotonicMs();
    for (Pulse& pulse : pulses_) {
        pulse.measuredAtMs = nowMs;
        pulse.measured = counts_;
        pulse.framesBefore = counts_.frames - 1; // the frame that makes the stream active belongs to the period
        schedule(pulse);
    }
    wasMeasured_ = false;
    scheduleStallCheck();
}

void StreamReporter::stopTimers() {
    for (Pulse& pulse : pulses_) pulse.timer.cancel();
    stallTimer_.cancel();
}

void StreamReporter::schedule(Pulse& pulse) {
    pulse.timer.runAfter(pulse.periodMs, [this, &pulse] {
        const bool hasCome = counts_.frames != std::exchange(pulse.framesBefore, counts_.frames);
        measure(pulse);
        if (hasCome) post(EventName::StreamPulse, pulse.periodMs);
        schedule(pulse);
    });
}

void StreamReporter::scheduleStallCheck() {
    framesAtStallCheck_ = counts_.frames;
    stallTimer_.runAfter(kStallMs, [this] {
        if (counts_.frames == framesAtStallCheck_)
            lose();
        else
            scheduleStallCheck();
    });
}

void StreamReporter::measure(Pulse& pulse) {
    const std::int64_t nowMs = loop_.clock().monotonicMs();
    const std::int64_t elapsedMs = nowMs - pulse.measuredAtMs;
    if (elapsedMs <= 0) return;
    stream_.video.bitrate = 8 * perSecond(counts_.videoBytes - pulse.measured.videoBytes, elapsedMs);
    stream_.video.fps = perSecond(counts_.videoFrames - pulse.measured.videoFrames, elapsedMs);
    pulse.measuredAtMs = nowMs;
    pulse.measured = counts_;
    wasMeasured_ = true;
}

void StreamReporter::post(EventName name, std::int64_t pulseMs) {
    if (removed_) return;
    tellCreated();
    events_.post(hooks::streamEvent(name, current(), pulseMs));
}

} // namespace hookcast::hub
