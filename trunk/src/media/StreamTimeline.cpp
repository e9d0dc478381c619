#include "media/StreamTimeline.h"

#include <algorithm>

namespace hookcast::media {

namespace {

using config::TimeJitter;

bool isClose(std::int64_t oneMs, std::int64_t otherMs, std::int64_t passedMs = 0) {
    const std::int64_t stepMs = otherMs - oneMs;
    return stepMs >= -StreamTimeline::kToleranceMs && stepMs <= StreamTimeline::kToleranceMs + passedMs;
}

} // namespace

StreamTimeline::StreamTimeline(TimeJitter mode, std::optional<std::int64_t> resumeAtMs)
    : mode_(mode), beginMs_(resumeAtMs.value_or(0)), latestMs_(beginMs_) {}

StreamTimeline::Times StreamTimeline::place(FrameKind kind, FrameRole role, std::uint32_t timestampMs,
                                            std::int64_t nowMs) {
    Times times{};
    times.publisherMs = times.streamMs = unwrap(timestampMs);
    if (mode_ != TimeJitter::Off) {
        const std::size_t index = kind == FrameKind::Audio ? 0 : 1;
        const bool isMedia = kind != FrameKind::Data && (role == FrameRole::Media || role == FrameRole::Keyframe);
        times.streamMs =
            isMedia ? placeMedia(tracks_[index], tracks_[1 - index], times.publisherMs, nowMs)
                    : placeOther(kind == FrameKind::Data ? nullptr : &tracks_[index], times.publisherMs, nowMs);
    }
    latestMs_ = std::max(latestMs_, times.streamMs);
    return times;
}

std::int64_t StreamTimeline::unwrap(std::uint32_t timestampMs) {
    if (!unwrappedMs_) return *(unwrappedMs_ = timestampMs);
    // The signed difference modulo 2^32: half the range forward, half of it back.
    *unwrappedMs_ += static_cast<std::int32_t>(timestampMs - static_cast<std::uint32_t>(*unwrappedMs_));
    return *unwrappedMs_;
}

std::int64_t StreamTimeline::placeMedia(Track& track, const Track& other, std::int64_t publisherMs,
                                        std::int64_t nowMs) {
    if (!track.begun) {
        track.offsetMs = other.begun ? other.offsetMs : beginMs_ - std::max<std::int64_t>(publisherMs - kLeadMs, 0);
    } else if (mode_ == TimeJitter::Full && !isClose(track.publisherMs, publisherMs, nowMs - track.cameAtMs)) {
        const bool follows = other.begun && other.offsetMs != track.offsetMs && isClose(other.publisherMs, publisherMs);
        track.offsetMs = follows ? other.offsetMs : latestMs_ + kJumpBecomesMs - publisherMs;
    }
    track.begun = true;
    track.publisherMs = publisherMs;
    track.cameAtMs = nowMs;
    return std::max(publisherMs + track.offsetMs, beginMs_);
}

/// `track`: the one that it belongs to, if any.
std::int64_t StreamTimeline::placeOther(const Track* track, std::int64_t publisherMs, std::int64_t nowMs) const {
    for (const Track* near : {track, &tracks_[1], &tracks_[0]})
        if (near != nullptr && near->begun && isClose(near->publisherMs, publisherMs, nowMs - near->cameAtMs))
            return std::max(publisherMs + near->offsetMs, beginMs_);
    return latestMs_;
}

} // namespace hookcast::media
