#pragma once

#include "hooks/StreamKey.h"
#include "vod/MediaIndex.h"
#include "vod/RecordingList.h"

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace hookcast::vod {

/// A recording, and where it can be cut.
struct IndexedFile {
    RecordedFilePtr file;
    std::shared_ptr<const MediaIndex> index;
};

/// What is known of recordings' contents: kMostBytes of it, used last. Any thread.
class IndexCache {
  public:
    static constexpr std::size_t kMostBytes = 32 * 1024 * 1024;

    /// The file of this stream with this id; nothing where it is not known.
    std::optional<IndexedFile> find(const hooks::StreamKey& key, const std::string& fileId);

    void put(IndexedFile file);

    /// Whose a file is may be another matter from now on.
    void clear();

  private:
    // state
    std::mutex mutex_;             ///< guards all below; held for look-ups only
    std::list<IndexedFile> files_; ///< the one used last in front
    std::size_t bytes_ = 0;
};

} // namespace hookcast::vod
