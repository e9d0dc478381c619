#pragma once

#include "hls/Segment.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace hookcast::hls {

/// What a playlist can say of a stream at one moment. Immutable.
struct WindowView {
    std::vector<SegmentPtr> segments; ///< complete ones, the oldest first; all that can be fetched
    /// The segment that is being written, as far as it is: its number, name, beginning, init and parts.
    SegmentPtr open;                   ///< null before the first, and after the end
    std::int64_t targetDurationMs = 0; ///< never falls
    std::int64_t partTargetMs = 0;     ///< of a low-latency stream: no part is longer; never falls
    std::string codecs;                ///< RFC 6381, of what came last; empty: not known
    std::uint32_t width = 0;           ///< 0: no picture
    std::uint32_t height = 0;
    std::uint64_t bitsPerSecond = 0; ///< the most of any segment
    bool hasEnded = false;           ///< nothing comes any more
    /// With this sequence number playlists of HLS begin, or with the oldest that is there. It never falls, so that what
    /// has left a playlist does not come back (RFC 8216, 6.2.2).
    std::uint64_t firstListed = 0;

    /// The number that the next segment to be complete will have.
    std::uint64_t nextSequence() const;

    /// Segment `sequence`, complete or being written; null where it is not there.
    SegmentPtr find(std::uint64_t sequence) const;

    /// What is older than `listedMs`, or than three target durations where that is more, leaves playlists: a live one
    /// is never shorter (RFC 8216, 6.2.2).
    void slide(std::int64_t listedMs);

    /// Of the first listed one in `segments`.
    std::size_t firstListedIndex() const;

    /// Whether part `part` of segment `sequence` is there. Where that is complete, the part behind its last one is the
    /// first of the next (RFC 8216bis, 6.2.5.2).
    bool has(std::uint64_t sequence, std::size_t part) const;
};

using WindowViewPtr = std::shared_ptr<const WindowView>;

/// Learns what becomes of a window. Called by who writes, on the publisher's loop, outside of all locks; must not
/// block.
class WindowListener {
  public:
    virtual ~WindowListener() = default;

    /// There is a further part, or the end.
    virtual void onChange(const WindowViewPtr& view) = 0;

    /// A segment is complete; onChange follows.
    virtual void onSegment(const SegmentPtr& /*segment*/) {}
};

/// The segments of one stream that can be fetched: written on the publisher's loop, read from any thread. It survives
/// its stream's publications, so that numbers go on.
class SegmentWindow {
  public:
    struct Limits {
        /// How far back playlists go. What has left them can be fetched for as long as it was in them, and its own
        /// duration (RFC 8216, 6.2.2); then it goes.
        std::int64_t windowMs = 60000;
        std::size_t sizeBytes = 64 * 1024 * 1024; ///< the oldest of more than that go at once; one stays
        std::int64_t listedMs = 60000;            ///< how far back those of HLS go
    };

    explicit SegmentWindow(Limits limits) : limits_(limits) {}

    void setLimits(Limits limits);

    /// Forgotten when it dies.
    void addListener(const std::weak_ptr<WindowListener>& listener);

    // By who writes.

    /// Replaces what is known of the segment that is being written.
    void update(SegmentPtr open);

    /// `next` is written from now on, which is one change with it: whoever gets a playlist of the moment hears what
    /// comes next. Null: that is not known yet.
    void complete(SegmentPtr segment, SegmentPtr next = nullptr);

    /// What a master playlist says.
    void describe(const std::string& codecs, std::uint32_t width, std::uint32_t height);

    /// At least; never falls.
    void raiseTargetDuration(std::int64_t targetDurationMs);
    void raisePartTarget(std::int64_t partTargetMs);

    void setEnded(bool hasEnded);

    /// Takes over what is known of before the start; while it is empty.
    void recover(std::vector<SegmentPtr> segments, std::uint64_t nextSequence, std::uint64_t discontinuities);

    /// Nothing of it can be fetched any more; numbers go on.
    void clear();

    // By any thread.

    /// Segment `sequence` is there without its bytes from now on: they are on a disk.
    void release(std::uint64_t sequence);

    /// The oldest segment goes, unless it is the only one, or in a file; nobody is told. How much that was.
    std::uint64_t dropOldest();

    WindowViewPtr view() const;

    /// What the next segment gets.
    std::uint64_t nextSequence() const;
    std::uint64_t discontinuities() const;

    std::uint64_t sizeBytes() const;

  private:
    template <typename Change>
    void change(Change apply, const SegmentPtr& completed = nullptr);
    void trim(WindowView& view);

    // state
    mutable std::mutex mutex_; ///< guards all below
    Limits limits_;
    WindowViewPtr view_ = std::make_shared<const WindowView>();
    std::uint64_t nextSequence_ = 0;
    std::uint64_t discontinuities_ = 0;
    std::uint64_t sizeBytes_ = 0;
    std::vector<std::weak_ptr<WindowListener>> listeners_;
};

} // namespace hookcast::hls
