#pragma once

#include <cstddef>
#include <cstdint>

namespace hookcast::srt {

/// How much of a stream may wait in a player's SRT socket: what the stream sends while a packet may still be asked for
/// again, and that again half. libsrt's buffer grows to what was once in it, so without this each player would keep the
/// memory of the group of pictures that it began with. What does not fit waits in the wire log, once for all players.
///
/// One thread.
class SendAllowance {
  public:
    /// How long a rate is measured.
    static constexpr std::int64_t kWindowMs = 1000;

    /// At least so many packets, for which libsrt has room from the beginning.
    static constexpr std::size_t kLeastPackets = 28;

    explicit SendAllowance(std::size_t payloadBytes)
        : leastBytes_(kLeastPackets * payloadBytes), allowedBytes_(leastBytes_) {}

    /// Whether a window is over, so that measure() wants to be told.
    bool isDue(std::int64_t nowMs) const { return nowMs - beganMs_ >= kWindowMs; }

    /// `sentBytes`: of all time. `delayMs`: the latency that both sides agreed on, or a round trip where that
    /// takes longer.
    void measure(std::int64_t nowMs, std::uint64_t sentBytes, std::int64_t delayMs);

    std::size_t bytes() const { return allowedBytes_; }

  private:
    // given
    std::size_t leastBytes_;
    // state
    std::size_t allowedBytes_;
    std::int64_t beganMs_ = 0;
    std::uint64_t sentBefore_ = 0;
    std::uint64_t neededBefore_ = 0; ///< by the window before the last one
};

} // namespace hookcast::srt
