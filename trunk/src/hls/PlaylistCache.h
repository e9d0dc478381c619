#pragma once

#include "hls/PlaylistText.h"
#include "hls/SegmentWindow.h"

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

namespace hookcast::hls {

/// One stream's playlists as they are now: thousands of viewers who are told at one moment that there is a further part
/// get the same text, but for their tokens, and it is written once. Any thread.
class PlaylistCache {
  public:
    /// What mediaPlaylist() writes.
    BytesPtr media(const WindowViewPtr& view, const PlaylistTerms& terms);

  private:
    /// A playlist with gaps for the token. Immutable.
    struct Form {
        std::weak_ptr<const WindowView> view; ///< its segments go when they leave the window
        PlaylistTerms terms;
        std::vector<BytesPtr> pieces;
    };
    using FormPtr = std::shared_ptr<const Form>;

    static FormPtr write(const WindowViewPtr& view, const PlaylistTerms& terms);
    FormPtr find(const WindowViewPtr& view, const PlaylistTerms& terms) const;

    // state
    mutable std::mutex mutex_; ///< guards what is below
    std::deque<FormPtr> forms_;
};

} // namespace hookcast::hls
