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

    /// The marker is not believed until it was right: some senders set it on each slice of a picture. A unit that ends
    /// with one is held until what comes next shows whether it goes on. Before the first push().
    virtual void distrustMarkers() {}

    /// Whether a unit is held that may be complete.
    virtual bool holds() const { return false; }

    /// Gives that out: what comes next does not come.
    virtual std::vector<AccessUnit> flush() { return {}; }

    /// AAC: the AudioSpecificConfig of what came out last, or of what will come; empty: not known yet, or no AAC.
    /// Valid until the next push().
    virtual base::ByteSpan audioConfig() const { return {}; }

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

/// One that passes packets on whole, whatever the codec.
std::unique_ptr<Depacketizer> makeOpaqueDepacketizer(SdpKind kind, std::size_t maxUnitBytes);

} // namespace hookcast::rtp
