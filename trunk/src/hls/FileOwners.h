#pragma once

#include "base/Result.h"
#include "hooks/StreamKey.h"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace hookcast::hls {

/// Which stream writes which file. Vhosts may share a folder, and patterns may give two streams one name: a file is the
/// stream's that wrote it first, until that has removed it or is gone. No other writes, reads, removes or serves it.
///
/// Bound: what the streams' DiskStreams know of. Looks at the disk, where links may lead; any thread that may wait.
class FileOwners {
  public:
    /// The stream that writes the file `name` below `folder`.
    std::optional<hooks::StreamKey> ownerOf(const std::string& folder, const std::string& name) const;

  private:
    friend class FileClaims;

    struct Owner {
        hooks::StreamKey key;
        const void* writer = nullptr; ///< of two that write for one stream the newer one
    };

    // state
    mutable std::mutex mutex_;                      ///< guards the map; held for look-ups only
    std::unordered_map<std::string, Owner> owners_; ///< by real path
};

/// The files of one who writes for a stream; given back when it dies. On a disk thread, the same for all calls.
class FileClaims {
  public:
    FileClaims(std::shared_ptr<FileOwners> owners, hooks::StreamKey key)
        : owners_(std::move(owners)), key_(std::move(key)) {}
    ~FileClaims() { clear(); }
    FileClaims(const FileClaims&) = delete;
    FileClaims& operator=(const FileClaims&) = delete;

    /// From now on it is this stream's. An error says which other stream's it is.
    base::Result<void> take(const std::string& folder, const std::string& name);

    bool has(const std::string& folder, const std::string& name) const { return paths_.contains({folder, name}); }
    void giveBack(const std::string& folder, const std::string& name);
    void clear();

  private:
    void release(const std::string& path);

    // given
    std::shared_ptr<FileOwners> owners_;
    hooks::StreamKey key_;
    // state
    std::map<std::pair<std::string, std::string>, std::string> paths_; ///< real ones, by folder and name
};

} // namespace hookcast::hls
