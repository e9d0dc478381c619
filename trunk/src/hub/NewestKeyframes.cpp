#include "hub/NewestKeyframes.h"

#include "hub/StreamRegistry.h"

namespace hookcast::hub {

/// What one publication has shown last.
class NewestKeyframes::Keeper final : public FrameSink {
  public:
    void onFrame(const media::FramePtr& frame) override {
        if (frame->kind != media::FrameKind::Video || frame->carriage != media::Carriage::Flv || frame->isExtra) return;
        if (frame->role == media::FrameRole::CodecConfig) {
            config_ = frame;
        } else if (frame->role == media::FrameRole::Keyframe) {
            const std::lock_guard lock(mutex_);
            picture_ = {config_, frame};
        }
    }

    void onEnd() override {}

    Picture picture() const {
        const std::lock_guard lock(mutex_);
        return picture_;
    }

  private:
    // state
    media::FramePtr config_; ///< the publication's loop only
    mutable std::mutex mutex_;
    Picture picture_;
};

void NewestKeyframes::onPublish(const PublishedStreamPtr& stream, Publication& publication) {
    const auto keeper = std::make_shared<Keeper>();
    {
        const std::lock_guard lock(mutex_);
        keepers_[stream->key] = keeper;
    }
    publication.addSink(keeper);
}

void NewestKeyframes::onUnpublish(const PublishedStreamPtr& stream) {
    const std::lock_guard lock(mutex_);
    keepers_.erase(stream->key);
}

std::optional<NewestKeyframes::Picture> NewestKeyframes::find(const hooks::StreamKey& key) const {
    std::shared_ptr<Keeper> keeper;
    {
        const std::lock_guard lock(mutex_);
        const auto found = keepers_.find(key);
        if (found == keepers_.end()) return std::nullopt;
        keeper = found->second;
    }
    Picture picture = keeper->picture();
    return picture.keyframe == nullptr ? std::nullopt : std::optional(std::move(picture));
}

} // namespace hookcast::hub
