#pragma once

#include "base/Bytes.h"
#include "hub/Leftover.h"
#include "media/Frame.h"

#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <vector>

namespace hookcast::hub {

/// A piece of a log's bytes. Written once, by the publisher's loop; shared by every loop that still sends from it.
struct Slab {
    static constexpr std::size_t kSizeBytes = 256 * 1024;
    std::unique_ptr<std::uint8_t[]> bytes = std::make_unique_for_overwrite<std::uint8_t[]>(kSizeBytes);
};

/// One frame in the log, or what one track has in it: its bytes are those from the entry before it up to `endOffset`.
struct LogEntry {
    /// Of formats that do not keep a stream's tracks apart.
    static constexpr std::uint8_t kAllTracks = 63;

    std::uint64_t endOffset = 0;
    std::int64_t dtsMs = 0;
    media::FrameKind kind = media::FrameKind::Data;
    media::FrameRole role = media::FrameRole::Other;
    std::uint8_t track = kAllTracks; ///< as the format numbers them, below kAllTracks
};

/// Some of the tracks of a log, a bit for each.
using TrackSet = std::uint64_t;
constexpr TrackSet kEveryTrack = ~TrackSet{0};
constexpr TrackSet only(std::size_t track) {
    return TrackSet{1} << track;
}

/// An entry that a player may start at, and the bytes it needs before.
struct SyncPoint {
    std::uint64_t sequence = 0;
    std::int64_t dtsMs = 0;
    std::uint64_t headersVersion = 0; ///< changes whenever the stream's headers do
    std::shared_ptr<const base::Bytes> preamble;
};

/// Entries that one loop hands another: all that `WireLog::import()` needs to grow by them.
struct LogBatch {
    std::uint64_t firstSequence = 0;
    std::uint64_t firstOffset = 0;
    std::vector<LogEntry> entries;
    std::vector<SyncPoint> syncPoints;
    std::uint64_t firstSlab = 0;
    std::vector<std::shared_ptr<const Slab>> slabs;
    bool hasVideo = false;
    TrackSet tracks = 0;
    TrackSet videoTracks = 0;
};

/// A stream in one wire format: an append-only run of bytes in refcounted slabs, with an index of entries. The
/// publisher's loop writes one; every loop with players has its own, which shares the slabs and follows by import().
/// An offset counts all bytes since the log began; so does a sequence for entries. Belongs to one loop.
class WireLog {
  public:
    /// Most ranges that bytes() ever gives at once.
    static constexpr std::size_t kMaxRanges = 4;

    // Writing.

    /// Adds bytes to the entry being written.
    void append(base::ByteSpan bytes);

    /// Ends the entry being written; one without bytes leaves no trace and returns false.
    bool endEntry(const media::Frame& frame, std::uint8_t track = LogEntry::kAllTracks);

    /// Declares the newest entry a place to start at, or gives one that is declared already another preamble.
    void addSyncPoint(SyncPoint point);

    /// No entries: the newest sync point, which has got another preamble; for followers that have everything.
    LogBatch exportNewestSync() const;

    /// What a follower that has everything before `fromSequence` lacks.
    LogBatch exportFrom(std::uint64_t fromSequence) const;

    // Following.

    void import(const LogBatch& batch);

    // Both.

    /// Forgets entries before `sequence`, and the sync points among them.
    void trimTo(std::uint64_t sequence);

    /// Forgets all sync points: a player that comes now waits for the next one.
    void dropSyncPoints() { syncPoints_.clear(); }

    std::uint64_t firstSequence() const { return firstSequence_; }
    std::uint64_t endSequence() const { return firstSequence_ + entries_.size(); }
    std::uint64_t firstOffset() const { return firstOffset_; }
    std::uint64_t endOffset() const { return entries_.empty() ? firstOffset_ : entries_.back().endOffset; }
    std::size_t sizeBytes() const { return static_cast<std::size_t>(endOffset() - firstOffset_); }
    bool empty() const { return entries_.empty(); }
    bool hasVideo() const { return hasVideo_; }
    void setHasVideo() { hasVideo_ = true; }

    /// The tracks that have come, for formats that keep them apart, and those of them that are video.
    TrackSet tracks() const { return tracks_; }
    TrackSet videoTracks() const { return videoTracks_; }

    /// `sequence` must lie in [firstSequence(), endSequence()).
    const LogEntry& entry(std::uint64_t sequence) const { return entries_[sequence - firstSequence_]; }

    /// Where `sequence` begins; endSequence() begins at endOffset().
    std::uint64_t beginOffset(std::uint64_t sequence) const;

    std::int64_t newestDtsMs() const { return entries_.empty() ? 0 : entries_.back().dtsMs; }

    /// The newest sync point, or null.
    const SyncPoint* newestSync() const { return syncPoints_.empty() ? nullptr : &syncPoints_.back(); }

    /// The first sync point at or behind `sequence`, or null.
    const SyncPoint* syncFrom(std::uint64_t sequence) const;

    /// The bytes from `offset` up to `end`, or as many of them as kMaxRanges hold, as ranges for one send.
    std::span<const iovec> bytes(std::uint64_t offset, std::uint64_t end, std::array<iovec, kMaxRanges>& ranges) const;

    /// Adds all bytes from `offset` to `end` to `out`, which keeps them when this log forgets them.
    void keep(std::uint64_t offset, std::uint64_t end, Leftover& out) const;

  private:
    std::uint64_t firstSequence_ = 0;
    std::uint64_t firstOffset_ = 0;
    std::uint64_t writeOffset_ = 0; ///< writer only: where the next byte goes
    std::uint64_t firstSlab_ = 0;
    bool hasVideo_ = false;
    TrackSet tracks_ = 0;
    TrackSet videoTracks_ = 0;
    std::deque<LogEntry> entries_;
    std::deque<SyncPoint> syncPoints_;
    std::deque<std::shared_ptr<const Slab>> slabs_;
    std::shared_ptr<Slab> writeSlab_; ///< writer only: the last of slabs_
};

} // namespace hookcast::hub
