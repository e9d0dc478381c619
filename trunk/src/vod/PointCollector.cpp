#include "vod/PointCollector.h"

#include <algorithm>
#include <utility>

namespace hookcast::vod {

namespace {

/// Of sound alone.
constexpr std::int64_t kAudioPointMs = 1000;
/// What comes so little before the first keyframe belongs to it.
constexpr std::int64_t kLeadMs = 500;
/// No frame lasts longer; a step that does is a gap, or a clock that was set.
constexpr std::int64_t kLongestStepMs = 1000;

} // namespace

void PointCollector::take(media::FrameKind kind, bool isKeyframe, std::int64_t timeMs, std::uint64_t offset,
                          std::uint32_t configs) {
    const MediaIndex::Point point{timeMs, offset, configs};
    if (!first_) first_ = point;
    const bool isVideo = kind == media::FrameKind::Video;
    Track& track = isVideo ? video_ : audio_;
    if (track.latestMs) {
        const std::int64_t step = timeMs - *track.latestMs;
        if (step > 0 && step <= kLongestStepMs) track.stepMs = step;
    }
    track.latestMs = std::max(timeMs, track.latestMs.value_or(timeMs));
    const bool isPoint =
        isVideo ? isKeyframe : audio_.points.empty() || timeMs - audio_.points.back().timeMs >= kAudioPointMs;
    if (isPoint) add(track, point);
}

/// Times that go back would make parts without a length.
void PointCollector::add(Track& track, const MediaIndex::Point& point) {
    const bool rises = track.points.empty() || point.timeMs > track.points.back().timeMs;
    if (rises && track.points.size() < kMostPoints) track.points.push_back(point);
}

base::Result<MediaIndex> PointCollector::finish(MediaIndex index) {
    if (!first_) return base::Error{"there is neither picture nor sound in it"};
    index.points = std::move(video_.points.empty() ? audio_.points : video_.points);
    if (index.points.empty() || index.points.front().timeMs - first_->timeMs > kLeadMs)
        index.points.insert(index.points.begin(), *first_);
    else
        index.points.front() = *first_;
    index.firstMs = first_->timeMs;
    for (MediaIndex::Point& point : index.points) point.timeMs -= index.firstMs;
    index.endMs = std::max(video_.endMs(), audio_.endMs()) - index.firstMs;
    return index;
}

} // namespace hookcast::vod
