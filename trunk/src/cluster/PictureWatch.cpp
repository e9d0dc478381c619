#include "cluster/PictureWatch.h"

#include <memory>
#include <optional>
#include <utility>

namespace hookcast::cluster {

namespace {

class FirstPicture final : public hub::FrameSink {
  public:
    FirstPicture(const PictureWatch::OnPicture& onPicture, std::string stream)
        : onPicture_(onPicture), stream_(std::move(stream)) {}

    void onFrame(const media::FramePtr& frame) override {
        if (isTold_ || !isWorthBeginning(*frame)) return;
        isTold_ = true;
        onPicture_(stream_);
    }

    void onEnd() override {}

  private:
    bool isWorthBeginning(const media::Frame& frame) {
        if (frame.kind == media::FrameKind::Video) {
            hasVideo_ = true;
            return frame.role == media::FrameRole::Keyframe;
        }
        if (frame.kind != media::FrameKind::Audio || frame.role != media::FrameRole::Media || hasVideo_) return false;
        if (!firstSoundMs_) firstSoundMs_ = frame.dtsMs;
        return frame.dtsMs - *firstSoundMs_ >= PictureWatch::kSoundMs;
    }

    // given
    const PictureWatch::OnPicture& onPicture_;
    std::string stream_;
    // state
    bool isTold_ = false;
    bool hasVideo_ = false;
    std::optional<std::int64_t> firstSoundMs_;
};

} // namespace

void PictureWatch::onPublish(const hub::PublishedStreamPtr& stream, hub::Publication& publication) {
    if (stream->fetchedBy.isCapture())
        publication.addSink(std::make_shared<FirstPicture>(onPicture_, stream->key.text()));
}

} // namespace hookcast::cluster
