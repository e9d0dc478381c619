#pragma once

#include "hooks/StreamKey.h"
#include "hub/StreamListener.h"
#include "media/Frame.h"

#include <map>
#include <memory>
#include <mutex>
#include <optional>

namespace hookcast::hub {

/// The newest keyframe of each stream that is published here, for those who want a still picture. It copies nothing,
/// and holds a frame for each stream. Any thread; outlives every publication.
class NewestKeyframes final : public StreamListener {
  public:
    /// Of track 0.
    struct Picture {
        media::FramePtr config; ///< null for a codec without one
        media::FramePtr keyframe;
    };

    /// Nothing where no picture has come that decoding can begin with.
    std::optional<Picture> find(const hooks::StreamKey& key) const;

    // StreamListener
    void onPublish(const PublishedStreamPtr& stream, Publication& publication) override;
    void onUnpublish(const PublishedStreamPtr& stream) override;
    bool hearsOfPulls() const override { return true; }

  private:
    class Keeper;

    // state
    mutable std::mutex mutex_; ///< guards the map; held for look-ups only
    std::map<hooks::StreamKey, std::shared_ptr<Keeper>> keepers_;
};

} // namespace hookcast::hub
