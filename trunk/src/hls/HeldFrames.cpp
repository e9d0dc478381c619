#include "hls/HeldFrames.h"

#include "base/Log.h"

#include <utility>

namespace hookcast::hls {

HeldFrames::HeldFrames(net::Loop& loop, StreamPtr stream, hub::PublishedStreamPtr published, MakeSink makeSink)
    : loop_(loop), stream_(std::move(stream)), published_(std::move(published)), makeSink_(std::move(makeSink)) {}

void HeldFrames::start() {
    loop_.runAfterIfAlive(kMostWaitMs, weak_from_this(), [](HeldFrames& self) {
        if (self.waits_) self.goOn();
    });
}

void HeldFrames::release(const std::shared_ptr<const RecoveredStream>& recovered) {
    if (!waits_) return;
    waits_ = false;
    if (recovered != nullptr) {
        SegmentWindow& window = stream_->window();
        window.raiseTargetDuration(recovered->targetDurationMs);
        window.recover(recovered->segments, recovered->nextSequence, recovered->discontinuities);
    }
    sink_ = std::exchange(makeSink_, {})(hasEnded_);
    const std::deque<media::FramePtr> held = std::exchange(held_, {});
    if (sink_ == nullptr) return;
    for (const media::FramePtr& frame : held) sink_->onFrame(frame);
    if (hasEnded_) std::exchange(sink_, nullptr)->onEnd();
}

/// The disk takes too long.
void HeldFrames::goOn() {
    loop_.log().warn(published_->opening.client->logName(),
                     "{} begins anew: the disk does not tell what is there of it of before the start",
                     base::printable(published_->key.text()));
    release(nullptr);
}

void HeldFrames::onFrame(const media::FramePtr& frame) {
    if (sink_ != nullptr) {
        sink_->onFrame(frame);
        return;
    }
    if (!waits_) return;
    held_.push_back(frame);
    heldBytes_ += frame->body.size() + sizeof(media::Frame);
    if (heldBytes_ > kMostHeldBytes) goOn();
}

/// A publication that ends before has its segments later.
void HeldFrames::onEnd() {
    hasEnded_ = true;
    if (sink_ != nullptr) std::exchange(sink_, nullptr)->onEnd();
}

} // namespace hookcast::hls
