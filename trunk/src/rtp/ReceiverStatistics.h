#pragma once

#include "rtp/Rtcp.h"

#include <cstdint>
#include <optional>

namespace hookcast::rtp {

/// What a receiver must know of one source to report on it (RFC 3550, A.1, A.3 and A.8). Belongs to one thread.
class ReceiverStatistics {
  public:
    explicit ReceiverStatistics(std::uint32_t clockRate) : clockRate_(clockRate) {}

    void onPacket(std::uint16_t sequence, std::uint32_t rtpTimestamp, std::int64_t arrivalUs);
    void onSenderReport(const SenderReport& report, std::int64_t arrivalUs);

    /// The block of the next receiver report. The fraction lost is that since the call before.
    ReportBlock report(std::uint32_t sourceSsrc, std::int64_t nowUs);

  private:
    void begin(std::uint16_t sequence);
    void advance(std::uint16_t sequence);
    void updateJitter(std::uint32_t rtpTimestamp, std::int64_t arrivalUs);
    std::uint32_t highestSequence() const { return cycles_ + highest_; }

    // given
    std::uint32_t clockRate_;

    // state
    bool begun_ = false;
    std::uint16_t first_ = 0;
    std::uint16_t highest_ = 0;
    std::uint32_t cycles_ = 0;                  ///< 65536 for each
    std::optional<std::uint16_t> continuation_; ///< the sequence number that would confirm a restart
    std::uint64_t received_ = 0;                ///< since the sequence began
    std::int64_t expectedBefore_ = 0;           ///< at the report before
    std::int64_t receivedBefore_ = 0;
    std::optional<std::uint32_t> transit_; ///< of the packet before, in timestamp units
    double jitter_ = 0;
    std::uint32_t lastSenderReport_ = 0;
    std::int64_t lastSenderReportUs_ = 0;
};

} // namespace hookcast::rtp
