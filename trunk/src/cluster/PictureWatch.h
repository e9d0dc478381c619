#pragma once

#include "hub/StreamListener.h"
#include "hub/StreamRegistry.h"

#include <functional>
#include <string>

namespace hookcast::cluster {

/// Sees when a capture's stream has something to begin with: a keyframe or, where no picture comes, sound for a while.
/// Any thread; outlives every publication.
class PictureWatch final : public hub::StreamListener {
  public:
    /// Called on the publication's loop, once for each.
    using OnPicture = std::function<void(const std::string& stream)>;

    /// Sound without a picture for so long is a stream without one.
    static constexpr std::int64_t kSoundMs = 1000;

    explicit PictureWatch(OnPicture onPicture) : onPicture_(std::move(onPicture)) {}

    void onPublish(const hub::PublishedStreamPtr& stream, hub::Publication& publication) override;

    /// Each sink ends with its publication.
    void onUnpublish(const hub::PublishedStreamPtr& /*stream*/) override {}

  private:
    OnPicture onPicture_;
};

} // namespace hookcast::cluster
