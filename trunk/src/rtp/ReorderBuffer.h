#pragma once

#include "base/Bytes.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace hookcast::rtp {

/// Puts the RTP packets of one source, which UDP delivers in any order, into the order of their sequence numbers.
///
/// A gap holds back what is behind it until it is filled, until the packet right behind it has waited `waitMs`, or
/// until the buffer is full; then the packets of the gap count as lost. A packet that comes twice, or after its place
/// was given up, is dropped. One that is far from the others is held; when the next one continues it, the source has
/// begun anew and so does the buffer (RFC 3550, A.1). Belongs to one thread.
class ReorderBuffer {
  public:
    struct Limits {
        std::size_t packets = 512; ///< held at once; 1 to 16384
        std::int64_t waitMs = 200; ///< how long a packet waits for those before it
    };
    struct Counters {
        std::uint64_t lost = 0;     ///< given up
        std::uint64_t dropped = 0;  ///< came twice or too late
        std::uint64_t strays = 0;   ///< were far from the others and not continued
        std::uint64_t restarts = 0; ///< of the sequence
    };

    explicit ReorderBuffer(const Limits& limits);

    /// Takes a packet. Call pop() afterwards until it returns nothing.
    void push(std::uint16_t sequence, base::Bytes packet, std::int64_t nowMs);

    /// The next packet in order, if its turn has come.
    std::optional<base::Bytes> pop(std::int64_t nowMs);

    /// When pop() will have something to give though nothing is pushed; none: never.
    std::optional<std::int64_t> deadlineMs() const;

    std::size_t packetsHeld() const { return held_; }
    const Counters& counters() const { return counters_; }

  private:
    struct Slot {
        base::Bytes packet;
        std::int64_t arrivedMs = 0;
        bool filled = false;
    };
    struct Stray {
        std::uint16_t sequence;
        base::Bytes packet;
        std::int64_t arrivedMs;
    };

    Slot& slot(std::uint16_t sequence) { return slots_[sequence & (slots_.size() - 1)]; }
    const Slot& slot(std::uint16_t sequence) const { return slots_[sequence & (slots_.size() - 1)]; }
    void store(std::uint16_t sequence, base::Bytes packet, std::int64_t nowMs);
    void pushFar(std::uint16_t sequence, base::Bytes packet, std::int64_t nowMs);
    void restartAt(std::uint16_t sequence);
    std::uint16_t firstHeld() const;

    // given
    Limits limits_;

    // state
    std::vector<Slot> slots_; ///< a ring by sequence number; its size is a power of two
    std::size_t held_ = 0;    ///< slots filled
    bool begun_ = false;
    std::uint16_t expected_ = 0; ///< the next to hand out
    std::optional<Stray> stray_;
    Counters counters_;
};

} // namespace hookcast::rtp
