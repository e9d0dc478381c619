#include "hls/MediaClock.h"

#include <algorithm>
#include <cstdlib>

namespace hookcast::hls {

namespace {

/// Frames that are far apart by themselves make no jump.
constexpr std::int64_t kUsualSteps = 4;

} // namespace

void MediaClock::begin(const media::Frame& frame, std::int64_t unixMs) {
    reference_ = frame.kind;
    offsetMs_ = keepsPublisherTimes_ ? frame.publisherMs - frame.dtsMs : 0;
    beganAtMs_ = timeOf(frame);
    beganAtUnixMs_ = unixMs;
    tracks_ = {};
    trackOf(frame).latestDtsMs = frame.dtsMs;
}

bool MediaClock::jumps(const media::Frame& frame) {
    Track& track = trackOf(frame);
    if (keepsPublisherTimes_ && frame.kind == reference_ &&
        std::abs(frame.publisherMs - frame.dtsMs - offsetMs_) > kBackMs)
        return true;
    if (track.hasCome()) {
        const std::int64_t stepMs = frame.dtsMs - track.latestDtsMs;
        const bool goesFar = stepMs > kForwardMs && (track.stepMs == 0 || stepMs > kUsualSteps * track.stepMs) &&
                             frame.dtsMs - latestDtsMs() > kForwardMs;
        if (goesFar || stepMs < -kBackMs) return true;
        if (stepMs > 0) track.stepMs = stepMs;
    }
    track.latestDtsMs = std::max(track.latestDtsMs, frame.dtsMs);
    return false;
}

std::int64_t MediaClock::latestDtsMs() const {
    return std::max(tracks_[0].latestDtsMs, tracks_[1].latestDtsMs);
}

std::int64_t MediaClock::endMs() const {
    const Track& reference = tracks_[reference_ == media::FrameKind::Video ? 0 : 1];
    const std::int64_t latestMs = latestDtsMs();
    // Sound runs a little ahead of the pictures, or behind; a track that has stopped is another matter.
    if (reference.latestDtsMs + reference.stepMs + kBackMs >= latestMs)
        return reference.latestDtsMs + reference.stepMs + offsetMs_;
    return latestMs + offsetMs_;
}

} // namespace hookcast::hls
