#pragma once

#include "base/Result.h"
#include "rtp/AccessUnit.h"
#include "rtp/RtpPacket.h"
#include "rtp/SdpMedia.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace hookcast::rtp {

/// Puts access units together from the RTP packets of one track. The packets come in the order of their sequence
/// numbers, from one source; those of another payload type are the caller's to drop. Belongs to one thread.
class Depacketizer {
  public:
    struct Counters {
        std::uint64_t lostPackets = 0;      ///< sequence numbers that did not come
        std::uint64_t discardedUnits = 0;   ///< because a part of them was lost or broken
        std::uint64_t oversizedUnits = 0;   ///< over the limit, discarded
        std::uint64_t malformedPackets = 0; ///< against the payload format, or of a kind that is not supported
    };

    virtual ~Depacketizer() = default;

    /// Takes a packet and returns the units that it completes, often none.
    virtual std::vector<AccessUnit> push(const RtpPacketView& packet) = 0;

    const Counters& counters() const { return counters_; }

  protected:
    /// Whether the packet directly follows the one before it, or is the first. To be called once for each.
    bool follows(const RtpHeader& header);

    Counters counters_;

  private:
    std::optional<std::uint16_t> expected_;
};

/// The depacketizer for a media section. A unit that is being put together never holds more than `maxUnitBytes`, with
/// 64 bytes counted for each of its NAL units or packets. An error when the section's parameters make no sense for its
/// codec, or ask for a mode that is not supported (the interleaved ones).
base::Result<std::unique_ptr<Depacketizer>> makeDepacketizer(const SdpMedia& media, std::size_t maxUnitBytes);

} // namespace hookcast::rtp
