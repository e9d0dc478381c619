#pragma once

#include "base/Result.h"
#include "hls/FileOwners.h"
#include "hls/Folder.h"
#include "hls/PlaylistReader.h"
#include "hls/Segment.h"
#include "hls/SegmentWindow.h"
#include "hooks/StreamKey.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hookcast::hls {

/// What an earlier life of the server has left of a stream.
struct RecoveredStream {
    std::vector<SegmentPtr> segments; ///< with their bytes, the oldest first; nothing is missing in between
    std::uint64_t nextSequence = 0;
    std::uint64_t discontinuities = 0; ///< so far
    std::int64_t targetDurationMs = 0;
};

/// The files of one stream: segments, what they need to be decoded, and the playlist that lists them, which is replaced
/// as a whole. Blocks: for a disk thread, the same for all calls.
///
/// - The playlist is without a viewer's token, and names files relative to itself.
/// - A segment that could not be written stands in it as a gap (EXT-X-GAP), so that the numbers of all others are
/// right.
/// - With hls_cleanup a file goes when its segment has been out of the playlist for as long as it was in it, and its
/// own
///   duration (RFC 8216, 6.2.2).
/// - Nothing is written, read or removed that another stream writes; where that has the playlist's name, no file of
///   this one is written.
class DiskStream {
  public:
    struct Terms {
        std::string path;     ///< hls_path
        std::string keyPath;  ///< where keys are
        std::string playlist; ///< its file's name below `path`
        std::string prefix;   ///< hls_entry_prefix, with a slash at its end; or empty
        std::string keyUrl;
        std::int64_t windowMs = 60000;
        bool cleansUp = true;
        /// What its files may be called: nothing else is read or removed that a playlist of before the start names.
        std::vector<std::string> patterns;

        bool operator==(const Terms&) const = default;
    };

    /// What becomes of a playlist of before the start that does not say whose it is: an older version's, or SRS's.
    enum class Unmarked : std::uint8_t { IsOwn, IsForeign };

    /// `owners`: of all streams.
    DiskStream(const hooks::StreamKey& key, std::shared_ptr<FileOwners> owners, Terms terms);

    /// From now on; what is there stays where it is.
    void setTerms(Terms terms);

    /// Writes a segment's files; the playlist follows by writePlaylist(). Where that fails, the segment is a gap.
    base::Result<void> add(const Segment& segment);

    /// Lists the segment as one that is not there.
    void skip(const Segment& segment) { list(segment, true); }

    base::Result<void> writePlaylist(std::int64_t targetDurationMs, bool hasEnded);

    /// Removes all files of the stream that are known; without hls_cleanup those that the playlist lists.
    base::Result<void> dispose();

    /// Goes on with what an earlier life has left, as far as its files are there; at most `mostBytes` of segments are
    /// read. Nothing where there is no playlist; an error for one that cannot be gone on with, or is another stream's.
    /// Before the first segment.
    base::Result<std::optional<RecoveredStream>> recover(std::size_t mostBytes, Unmarked unmarked = Unmarked::IsOwn);

    /// Removes what an earlier life has left of this stream. Before the first segment.
    void forget(Unmarked unmarked = Unmarked::IsOwn);

    const std::string& path() const { return terms_.path; }
    const std::string& playlist() const { return terms_.playlist; }

  private:
    base::Result<void> writeFiles(const Segment& segment);
    void list(const Segment& segment, bool isGap);
    base::Result<void> cleanUp();
    base::Result<void> removeFirst(std::size_t count);
    void leaveFirst(std::size_t count);
    template <typename Each>
    void forEachFileOfFirst(std::size_t count, Each each) const;
    base::Result<void> write(const Folder& folder, const std::string& name, std::span<const base::ByteSpan> content);
    base::Result<void> writeOne(const Folder& folder, const std::string& name, base::ByteSpan bytes);
    base::Result<void> remove(const Folder& folder, const std::string& name);
    base::Result<std::optional<ListedPlaylist>> readListed(Unmarked unmarked);
    std::string ownName(const Folder& folder, const std::string& uri, const std::string& prefix);
    void takeOver(const ListedPlaylist& playlist);
    SegmentPtr load(const Segment& segment, std::size_t mostBytes,
                    std::map<std::string, std::shared_ptr<const InitSegment>>& inits) const;

    // given
    hooks::StreamKey key_;
    Terms terms_;
    // owned
    FileClaims claims_;
    Folder files_;
    Folder keys_;
    // state
    WindowView listed_; ///< without bytes: what is in the playlist, and what has left it and is not removed yet
    std::string writtenKey_;
    std::shared_ptr<const InitSegment> writtenInit_;
    bool hasPlaylist_ = false;
};

} // namespace hookcast::hls
