#include "media/DtsFromPts.h"

#include <algorithm>

namespace hookcast::media {

DtsFromPts::DtsFromPts(std::optional<unsigned> reorderDepth, std::int64_t frameTicks)
    : frameTicks_(frameTicks), depth_(std::min(reorderDepth.value_or(0), kMaxReorderDepth)),
      learningFramesLeft_(reorderDepth ? 0 : kLearningFrames) {
    largest_.reserve(kMaxReorderDepth + 2);
}

FrameTimes DtsFromPts::place(std::int64_t pts) {
    if (!latestDts_) firstPts_ = pts;
    const auto position = std::ranges::upper_bound(largest_, pts);
    const auto shownBefore = static_cast<unsigned>(largest_.end() - position);
    depth_ = std::max(depth_, std::min(shownBefore, kMaxReorderDepth));
    largest_.insert(position, pts);
    if (largest_.size() > kMaxReorderDepth + 1) largest_.erase(largest_.begin());

    FrameTimes times{wantedDts(), pts};
    if (latestDts_) {
        if (learningFramesLeft_ > 0 || times.dts <= *latestDts_) times.dts = *latestDts_ + kCrawlTicks;
        times.dts = std::min(times.dts, pts);
        if (times.dts <= *latestDts_) {
            times.dts = *latestDts_ + 1;
            times.pts = times.dts;
            ++lateFrames_;
        }
    }
    if (learningFramesLeft_ > 0) --learningFramesLeft_;
    latestDts_ = times.dts;
    return times;
}

/// The (depth + 1)-th largest presentation time; before there are as many, that of the first frame less one frame
/// duration for each that is missing.
std::int64_t DtsFromPts::wantedDts() const {
    const std::size_t needed = depth_ + std::size_t{1};
    if (largest_.size() >= needed) return largest_[largest_.size() - needed];
    return firstPts_ - static_cast<std::int64_t>(needed - largest_.size()) * frameTicks_;
}

} // namespace hookcast::media
