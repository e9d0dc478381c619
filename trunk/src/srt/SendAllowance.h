#pragma once

#include <cstddef>
#include <cstdint>

namespace hookcast::srt {

/// How many packets may wait in a player's SRT socket: what the stream sends while one of them may still be asked for
/// again. libsrt's buffer grows to what was once in it, so without this each player would
/// keep the memory of the group of pictures that it began with. What does not fit waits in the wire log, once for all
/// players.
///
/// One thread.
class SendAllowance {
  public:
    /// How long a rate is measured.
    static constexpr std::int64_t kWindowMs = 1000;

    /// At least so many, for which libsrt has room from the beginning.
    static constexpr std::size_t kLeastPackets = 28;

    /// Whether a window is over, so that measure() wants to be told.
    bool isDue(std::int64_t nowMs) const { return nowMs - beganMs_ >= kWindowMs; }

    /// `sentPackets`: of all time. `latencyMs`: what both sides agreed on. `roundTripMs`: as it is just now; the
    /// shortest of late is the path's, the others are those of a busy machine.
    void measure(std::int64_t nowMs, std::uint64_t sentPackets, std::int64_t latencyMs, std::int64_t roundTripMs);

    std::size_t packets() const { return allowed_; }

  private:
    // state
    std::size_t allowed_ = kLeastPackets;
    std::int64_t beganMs_ = 0;
    std::uint64_t sentBefore_ = 0;
    std::int64_t shortestTripMs_ = 0; ///< 0: not measured yet
    std::uint64_t neededBefore_ = 0;  ///< by the window before the last one
};

} // namespace hookcast::srt
