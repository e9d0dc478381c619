#pragma once

#include "media/Frame.h"

#include <cstddef>
#include <map>
#include <vector>

namespace hookcast::media {

/// Puts sound and pictures, which encoders may send one behind the other, in the order of their time: a frame waits
/// until the other track has one, or kMostOfOne frames of its own track wait. Headers and what is no media wait for
/// nothing, and nothing passes them.
class MixQueue {
  public:
    static constexpr std::size_t kMostOfOne = 10;

    /// Takes a frame and returns those whose turn has come.
    std::vector<FramePtr> push(FramePtr frame);

    /// All that still waits, in order.
    std::vector<FramePtr> drain();

  private:
    std::multimap<std::int64_t, FramePtr> waiting_; ///< by time; those of one time as they came
    std::size_t sounds_ = 0;
    std::size_t pictures_ = 0;
};

} // namespace hookcast::media
