#include "media/StreamTimeline.h"

#include <algorithm>
#include <cstdlib>

namespace hookcast::media {

namespace {

using config::TimeJitter;

bool isClose(std::int64_t oneMs, std::int64_t otherMs, std::int64_t passedMs = 0) {
    const std::int64_t stepMs = otherMs - oneMs;
    return stepMs >= -StreamTimeline::kToleranceMs && stepMs <= StreamTimeline::kToleranceMs + passedMs;
}

bool isPictureOrSound(FrameKind kind, FrameRole role) {
    return kind != FrameKind::Data && (role == FrameRole::Media || role == FrameRole::Keyframe);
}

} // namespace

StreamTimeline::StreamTimeline(TimeJitter mode, std::optional<std::int64_t> resumeAtMs)
    : mode_(mode), beginMs_(resumeAtMs.value_or(0)), latestMs_(beginMs_) {}

StreamTimeline::Times StreamTimeline::place(FrameKind kind, FrameRole role, std::uint32_t timestampMs,
                                            std::int64_t nowMs, std::uint8_t track) {
    Track* known = find(kind, track);
    Times times{};
    times.publisherMs = times.streamMs = unwrap(timestampMs, known);
    if (isPictureOrSound(kind, role))
        times.streamMs = placeMedia(known, {kind, track, times.publisherMs, nowMs, 0});
    else if (mode_ != TimeJitter::Off)
        times.streamMs = placeOther(known, times.publisherMs, nowMs);
    latestMs_ = std::max(latestMs_, times.streamMs);
    return times;
}

StreamTimeline::Track* StreamTimeline::find(FrameKind kind, std::uint8_t number) {
    const auto found =
        std::ranges::find_if(tracks_, [&](const Track& track) { return track.kind == kind && track.number == number; });
    return found == tracks_.end() ? nullptr : &*found;
}

/// By the track's own clock, once it has begun: that of another may lie anywhere.
std::int64_t StreamTimeline::unwrap(std::uint32_t timestampMs, const Track* track) {
    if (track == nullptr && !unwrappedMs_) return *(unwrappedMs_ = timestampMs);
    const std::int64_t before = track != nullptr ? track->publisherMs : *unwrappedMs_;
    // The signed difference modulo 2^32: half the range forward, half of it back.
    unwrappedMs_ = before + static_cast<std::int32_t>(timestampMs - static_cast<std::uint32_t>(before));
    return *unwrappedMs_;
}

/// `track`: null with its first frame.
std::int64_t StreamTimeline::placeMedia(Track* track, const Track& frame) {
    const bool isNew = track == nullptr;
    std::int64_t offsetMs = 0;
    if (mode_ != TimeJitter::Off) {
        if (isNew)
            offsetMs = offsetOfFirst(frame);
        else if (mode_ == TimeJitter::Full &&
                 !isClose(track->publisherMs, frame.publisherMs, frame.cameAtMs - track->cameAtMs))
            offsetMs = offsetAfterJump(*track, frame);
        else
            offsetMs = track->offsetMs;
    }
    if (isNew) track = &tracks_.emplace_back(frame);
    *track = frame;
    track->offsetMs = offsetMs;
    if (mode_ != TimeJitter::Off && track->publisherMs + track->offsetMs < beginMs_) moveBehindBeginning(*track, isNew);
    return track->publisherMs + track->offsetMs;
}

/// That of the track whose clock is nearest.
std::int64_t StreamTimeline::offsetOfFirst(const Track& frame) const {
    if (tracks_.empty()) return beginMs_ - std::max<std::int64_t>(frame.publisherMs - kLeadMs, 0);
    const auto distance = [&frame](const Track& track) { return std::abs(track.publisherMs - frame.publisherMs); };
    return std::ranges::min_element(tracks_, {}, distance)->offsetMs;
}

std::int64_t StreamTimeline::offsetAfterJump(const Track& track, const Track& frame) const {
    const Track* leader = followed(track, frame.publisherMs);
    return leader != nullptr ? leader->offsetMs : latestMs_ + kJumpBecomesMs - frame.publisherMs;
}

/// Another track that has jumped already to where this one is now.
const StreamTimeline::Track* StreamTimeline::followed(const Track& track, std::int64_t publisherMs) const {
    const auto found = std::ranges::find_if(tracks_, [&](const Track& other) {
        return other.offsetMs != track.offsetMs && isClose(other.publisherMs, publisherMs);
    });
    return found == tracks_.end() ? nullptr : &*found;
}

void StreamTimeline::moveBehindBeginning(Track& track, bool isNew) {
    const Track* leader = followed(track, track.publisherMs);
    if (leader != nullptr && track.publisherMs + leader->offsetMs >= beginMs_) {
        track.offsetMs = leader->offsetMs;
        return;
    }
    const std::int64_t offsetMs = track.offsetMs;
    const std::int64_t missingMs = beginMs_ - (track.publisherMs + offsetMs);
    if (missingMs > kToleranceMs - kLeadMs) {
        track.offsetMs = (isNew ? latestMs_ : beginMs_) - track.publisherMs;
        return;
    }
    for (Track& one : tracks_)
        if (one.offsetMs == offsetMs) one.offsetMs += missingMs;
}

/// `track`: the one that it belongs to, if any.
std::int64_t StreamTimeline::placeOther(const Track* track, std::int64_t publisherMs, std::int64_t nowMs) const {
    const auto isNear = [&](const Track& near) {
        return isClose(near.publisherMs, publisherMs, nowMs - near.cameAtMs);
    };
    const auto on = [&](const Track& near) { return std::max(publisherMs + near.offsetMs, beginMs_); };
    if (track != nullptr && isNear(*track)) return on(*track);
    // Data goes by the pictures, where both would do.
    for (const FrameKind kind : {FrameKind::Video, FrameKind::Audio})
        for (const Track& near : tracks_)
            if (near.kind == kind && isNear(near)) return on(near);
    return latestMs_;
}

} // namespace hookcast::media
