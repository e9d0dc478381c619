#include "media/MixQueue.h"

#include <utility>

namespace hookcast::media {

std::vector<FramePtr> MixQueue::push(FramePtr frame) {
    const bool isMedia =
        frame->kind != FrameKind::Data && (frame->role == FrameRole::Media || frame->role == FrameRole::Keyframe);
    if (!isMedia) {
        std::vector<FramePtr> ready = drain();
        ready.push_back(std::move(frame));
        return ready;
    }
    ++(frame->kind == FrameKind::Audio ? sounds_ : pictures_);
    waiting_.emplace(frame->dtsMs, std::move(frame));
    std::vector<FramePtr> ready;
    while ((sounds_ > 0 && pictures_ > 0) || sounds_ > kMostOfOne || pictures_ > kMostOfOne) {
        FramePtr& first = waiting_.begin()->second;
        --(first->kind == FrameKind::Audio ? sounds_ : pictures_);
        ready.push_back(std::move(first));
        waiting_.erase(waiting_.begin());
    }
    return ready;
}

std::vector<FramePtr> MixQueue::drain() {
    std::vector<FramePtr> all;
    for (auto& [time, frame] : std::exchange(waiting_, {})) all.push_back(std::move(frame));
    sounds_ = pictures_ = 0;
    return all;
}

} // namespace hookcast::media
