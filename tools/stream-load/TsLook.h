#pragma once

#include "base/Bytes.h"

#include <array>
#include <cstdint>

namespace hookcast::load {

/// What a player of MPEG-TS can tell without demuxing (ISO/IEC 13818-1, 2.4.3). Belongs to one thread.
class TsLook {
  public:
    /// Looks at whole packets; what does not begin with a sync byte is left out.
    void at(base::ByteSpan packets);

    /// Whether a video PES packet with a random access point has begun.
    bool sawKeyframe() const { return sawKeyframe_; }

    /// Packets whose continuity counter does not follow the one before, on any PID.
    std::uint64_t continuityGaps() const { return continuityGaps_; }

  private:
    static constexpr std::size_t kPacketBytes = 188;
    static constexpr std::size_t kPids = 8192;
    static constexpr std::uint8_t kNone = 0xFF;

    void atPacket(base::ByteSpan packet);
    void count(std::size_t pid, std::uint8_t counter);

    // state
    std::array<std::uint8_t, kPids> counters_ = [] {
        std::array<std::uint8_t, kPids> none{};
        none.fill(kNone);
        return none;
    }();
    bool sawKeyframe_ = false;
    std::uint64_t continuityGaps_ = 0;
};

} // namespace hookcast::load
