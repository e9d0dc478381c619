#pragma once

#include "base/Bytes.h"
#include "base/Result.h"
#include "vod/RecordingScan.h"
#include "vod/VodPlaylist.h"

#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <string>

namespace hookcast::vod {

/// Segments as they are needed: made of a recording when somebody asks, shared by those who ask meanwhile, and gone
/// when the last of them has been sent his.
///
/// Bounds: kMostBytes of all that are there, beyond which nobody gets one; and of one.
///
/// make() on one thread, which may wait for the disk; segments die on any.
class SegmentStore {
  public:
    static constexpr std::size_t kMostBytes = 256 * 1024 * 1024;
    static constexpr std::size_t kMostOfOne = 64 * 1024 * 1024;

    using SegmentPtr = std::shared_ptr<const base::Bytes>;

    /// A segment of `file`, which is open: between two points of `index`. An Error says why it cannot be made.
    base::Result<SegmentPtr> make(const RecordedFile& file, const files::ServedFile& opened, const MediaIndex& index,
                                  const SegmentName& name);

    /// Whether there is room for one more.
    bool isFull() const { return *bytes_ >= kMostBytes; }

    /// Of all that are there. Any thread.
    std::size_t sizeBytes() const { return *bytes_; }

  private:
    // state
    std::shared_ptr<std::atomic<std::size_t>> bytes_ = std::make_shared<std::atomic<std::size_t>>(0);
    std::map<std::string, std::weak_ptr<const base::Bytes>> made_; ///< by name
};

} // namespace hookcast::vod
