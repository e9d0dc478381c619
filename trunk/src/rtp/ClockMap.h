#pragma once

#include "rtp/Rtcp.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace hookcast::rtp {

/// Puts the RTP timestamps of a session's tracks, each with its own clock and a random beginning, on one timeline of
/// 90 kHz ticks. Belongs to one thread.
///
/// Policy:
/// - The first unit of the session gets `beginTicks`. Choose it so that what lies before that unit (tracks that turn
///   out to be earlier, decode times of B-frames) does not fall below zero.
/// - A track without a sender report begins where its first unit's arrival puts it.
/// - The first track with a report ties the timeline to its wall clock; nothing moves. When another track has one too,
///   the two are aligned at once, and only ever by moving forward whoever lies behind: the other track, or all those
///   tied before. So the time of a track never jumps back.
/// - Later reports correct drift: while a track is off by more than kToleranceTicks, its time runs faster or slower by
///   1/64 until it is not.
/// - A report that wants a correction of more than kMaxCorrectionTicks is not believed: the tracks' wall clocks have
///   nothing to do with each other (counted in ignoredReports()). If a track's own wall clock was set by more than
///   that, all tracks are tied anew, and nothing moves.
/// - A track whose RTP timestamps jump by more than kMaxJumpTicks against arrival begins anew, behind what it had.
class ClockMap {
  public:
    static constexpr std::int64_t kTicksPerSecond = 90'000;
    static constexpr std::int64_t kToleranceTicks = kTicksPerSecond / 100;
    static constexpr std::int64_t kMaxCorrectionTicks = 10 * kTicksPerSecond;
    static constexpr std::int64_t kMaxJumpTicks = 10 * kTicksPerSecond;

    explicit ClockMap(std::int64_t beginTicks = 0) : beginTicks_(beginTicks) {}

    /// Returns the track's index: 0, 1, ... `clockRate` is in Hz and not 0.
    std::size_t addTrack(std::uint32_t clockRate);

    /// The presentation time of a unit that arrived at `arrivalUs`.
    std::int64_t place(std::size_t track, std::uint32_t rtpTimestamp, std::int64_t arrivalUs);

    void onSenderReport(std::size_t track, const SenderReport& report);

    std::uint64_t ignoredReports() const { return ignoredReports_; }

  private:
    struct Track {
        std::uint32_t clockRate = 0;
        std::optional<std::int64_t> newest; ///< the largest RTP timestamp so far, unwrapped
        std::int64_t newestArrivalUs = 0;
        std::int64_t offsetTicks = 0;            ///< timeline minus RTP time
        std::int64_t correctionTicks = 0;        ///< still to be added to the offset, bit by bit
        std::optional<std::int64_t> wallTicks;   ///< wall clock minus RTP time, by the newest report believed
        std::optional<SenderReport> earlyReport; ///< that came before the first unit

        std::int64_t ticksOf(std::int64_t unwrapped) const;
        std::int64_t unwrap(std::uint32_t rtpTimestamp) const;
        std::int64_t wallTicksBy(const SenderReport& report) const;
    };

    void begin(Track& track, std::uint32_t rtpTimestamp, std::int64_t arrivalUs);
    static void advance(Track& track, std::int64_t unwrapped, std::int64_t arrivalUs);
    void align(Track& track, std::int64_t wallTicks);
    void tieAnew(Track& track, std::int64_t wallTicks);
    void closeGap(Track& track, std::int64_t errorTicks);

    // given
    std::int64_t beginTicks_;

    // state
    std::vector<Track> tracks_;
    std::optional<std::int64_t> firstArrivalUs_;
    std::optional<std::int64_t> timelineWallTicks_; ///< wall clock minus timeline
    std::uint64_t ignoredReports_ = 0;
};

} // namespace hookcast::rtp
