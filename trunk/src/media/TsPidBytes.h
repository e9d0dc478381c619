#pragma once

#include "base/Bytes.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <unordered_map>

namespace hookcast::media {

/// Counts how many bytes have come per PID of a transport stream since somebody asked to start anew, so that a demuxer
/// can tell how much a track waits in it. Finds its way back when bytes are missing.
class TsPidBytes {
  public:
    void add(base::ByteSpan bytes);

    std::size_t of(int pid) const;
    void restart(int pid) { bytes_.erase(pid); }

  private:
    static constexpr std::size_t kPacketBytes = 188;
    static constexpr std::size_t kHeaderBytes = 3;

    // state
    std::array<std::uint8_t, kHeaderBytes> header_{};
    std::size_t position_ = 0;                   ///< in the packet
    std::unordered_map<int, std::size_t> bytes_; ///< at most one per PID, of which there are 8192
};

} // namespace hookcast::media
