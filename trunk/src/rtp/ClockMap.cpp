#include "rtp/ClockMap.h"

#include <algorithm>
#include <cstdlib>

namespace hookcast::rtp {

namespace {

/// A track that is off runs faster or slower by one part in so many.
constexpr std::int64_t kCorrectionShare = 64;

std::int64_t ticksFromUs(std::int64_t us) {
    return us / 1'000'000 * ClockMap::kTicksPerSecond + us % 1'000'000 * ClockMap::kTicksPerSecond / 1'000'000;
}

std::int64_t ticksFromNtp(std::uint64_t ntpTime) {
    const std::uint64_t seconds = ntpTime >> 32U;
    const std::uint64_t fraction = ntpTime & 0xFFFFFFFFU;
    return static_cast<std::int64_t>(seconds * ClockMap::kTicksPerSecond +
                                     ((fraction * ClockMap::kTicksPerSecond) >> 32U));
}

} // namespace

std::int64_t ClockMap::Track::ticksOf(std::int64_t unwrapped) const {
    const std::int64_t rate = clockRate;
    return unwrapped / rate * kTicksPerSecond + unwrapped % rate * kTicksPerSecond / rate;
}

/// Half the range of 32 bits forward from the newest timestamp, half of it back.
std::int64_t ClockMap::Track::unwrap(std::uint32_t rtpTimestamp) const {
    return *newest + static_cast<std::int32_t>(rtpTimestamp - static_cast<std::uint32_t>(*newest));
}

std::int64_t ClockMap::Track::wallTicksBy(const SenderReport& report) const {
    return ticksFromNtp(report.ntpTime) - ticksOf(unwrap(report.rtpTimestamp));
}

std::size_t ClockMap::addTrack(std::uint32_t clockRate) {
    tracks_.emplace_back().clockRate = clockRate;
    return tracks_.size() - 1;
}

std::int64_t ClockMap::place(std::size_t trackIndex, std::uint32_t rtpTimestamp, std::int64_t arrivalUs) {
    Track& track = tracks_[trackIndex];
    if (!track.newest) begin(track, rtpTimestamp, arrivalUs);
    std::int64_t unwrapped = track.unwrap(rtpTimestamp);

    const std::int64_t newestTicks = track.ticksOf(*track.newest);
    const std::int64_t mediaStep = track.ticksOf(unwrapped) - newestTicks;
    const std::int64_t arrivalStep = ticksFromUs(arrivalUs - track.newestArrivalUs);
    if (std::abs(mediaStep) > kMaxJumpTicks && std::abs(mediaStep - arrivalStep) > kMaxJumpTicks) {
        const std::int64_t resumeAt = newestTicks + track.offsetTicks + std::max<std::int64_t>(arrivalStep, 1);
        unwrapped = rtpTimestamp;
        track.newest = unwrapped;
        track.newestArrivalUs = arrivalUs;
        track.offsetTicks = resumeAt - track.ticksOf(unwrapped);
        track.correctionTicks = 0;
        track.wallTicks.reset();
    }
    if (unwrapped > *track.newest) advance(track, unwrapped, arrivalUs);
    return track.ticksOf(unwrapped) + track.offsetTicks;
}

void ClockMap::onSenderReport(std::size_t trackIndex, const SenderReport& report) {
    if (report.ntpTime == 0) return; // the sender has no wall clock
    Track& track = tracks_[trackIndex];
    if (!track.newest) {
        track.earlyReport = report;
        return;
    }
    align(track, track.wallTicksBy(report));
}

void ClockMap::begin(Track& track, std::uint32_t rtpTimestamp, std::int64_t arrivalUs) {
    if (!firstArrivalUs_) firstArrivalUs_ = arrivalUs;
    track.newest = rtpTimestamp;
    track.newestArrivalUs = arrivalUs;
    track.offsetTicks = beginTicks_ + ticksFromUs(arrivalUs - *firstArrivalUs_) - track.ticksOf(*track.newest);
    if (!track.earlyReport) return;
    // Nothing of this track has a time yet, so it may still move either way.
    const std::int64_t wallTicks = track.wallTicksBy(*track.earlyReport);
    track.earlyReport.reset();
    if (timelineWallTicks_) {
        const std::int64_t errorTicks = wallTicks - *timelineWallTicks_ - track.offsetTicks;
        if (std::abs(errorTicks) <= kMaxCorrectionTicks) track.offsetTicks += errorTicks;
    }
    align(track, wallTicks);
}

void ClockMap::advance(Track& track, std::int64_t unwrapped, std::int64_t arrivalUs) {
    const std::int64_t most = (track.ticksOf(unwrapped) - track.ticksOf(*track.newest)) / kCorrectionShare;
    const std::int64_t step = std::clamp(track.correctionTicks, -most, most);
    track.offsetTicks += step;
    track.correctionTicks -= step;
    track.newest = unwrapped;
    track.newestArrivalUs = arrivalUs;
}

void ClockMap::align(Track& track, std::int64_t wallTicks) {
    const bool clockWasSet = track.wallTicks && std::abs(wallTicks - *track.wallTicks) > kMaxCorrectionTicks;
    if (!timelineWallTicks_ || clockWasSet) {
        tieAnew(track, wallTicks);
        return;
    }
    const std::int64_t errorTicks = wallTicks - *timelineWallTicks_ - track.offsetTicks;
    if (std::abs(errorTicks) > kMaxCorrectionTicks) {
        ++ignoredReports_;
        return;
    }
    const bool isFirst = !track.wallTicks;
    track.wallTicks = wallTicks;
    if (isFirst) {
        closeGap(track, errorTicks);
    } else {
        track.correctionTicks = std::abs(errorTicks) > kToleranceTicks ? errorTicks : 0;
    }
}

void ClockMap::tieAnew(Track& track, std::int64_t wallTicks) {
    for (Track& each : tracks_) {
        each.wallTicks.reset();
        each.correctionTicks = 0;
    }
    track.wallTicks = wallTicks;
    timelineWallTicks_ = wallTicks - track.offsetTicks;
}

/// Moves whoever lies behind: `track`, or all others that are tied.
void ClockMap::closeGap(Track& track, std::int64_t errorTicks) {
    if (errorTicks >= 0) {
        track.offsetTicks += errorTicks;
        return;
    }
    for (Track& each : tracks_) {
        if (&each != &track && each.wallTicks) each.offsetTicks -= errorTicks;
    }
    *timelineWallTicks_ += errorTicks;
}

} // namespace hookcast::rtp
