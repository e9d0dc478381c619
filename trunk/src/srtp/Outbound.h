#pragma once

#include "base/Bytes.h"
#include "base/Result.h"
#include "srtp/Keying.h"
#include "srtp/PacketCipher.h"

#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

namespace hookcast::srtp {

/// Protects what one client gets of one track, which nobody else gets with this key. Belongs to one thread.
///
/// Who plays a live stream begins anywhere in it, with a rollover counter of 0, and a receiver finds the counter by
/// following the sequence numbers (RFC 3711, 3.3.1). A player that has been paused, or was too slow, misses more of the
/// stream than can be followed, and its numbers then go on behind the last one as if nothing were missing.
class Outbound {
  public:
    /// As many numbers may be missing between two packets; less than half of what there are.
    static constexpr int kLongestGap = 1 << 14;

    /// Sources, one after the other. None comes back: its numbers would be used twice.
    static constexpr std::size_t kMaxSources = 16;

    static base::Result<std::unique_ptr<Outbound>> make(const Keying& keying);

    Outbound(std::unique_ptr<PacketCipher> rtp, std::unique_ptr<PacketCipher> rtcp)
        : rtp_(std::move(rtp)), rtcp_(std::move(rtcp)) {}

    /// A packet of RTP or RTCP in pieces, protected: bytes that are valid until the next call. Empty: it is no packet,
    /// or the key has protected as much as it may. Allocates only for a packet that is longer than all before it.
    base::ByteSpan rtp(std::span<const iovec> pieces);
    base::ByteSpan rtcp(std::span<const iovec> pieces);

  private:
    std::span<std::uint8_t> gather(std::span<const iovec> pieces);
    bool number(std::span<std::uint8_t> packet);
    bool beginSource(std::uint32_t ssrc);

    // owned
    std::unique_ptr<PacketCipher> rtp_;
    std::unique_ptr<PacketCipher> rtcp_;
    base::Bytes packet_;
    // state
    std::array<std::uint32_t, kMaxSources> sources_{}; ///< the last one is the one that sends
    std::size_t sourceCount_ = 0;
    std::uint16_t newest_ = 0; ///< sequence number that was sent
    std::uint16_t shift_ = 0;  ///< what is added to the stream's
    std::uint32_t rolloverCounter_ = 0;
    std::uint32_t rtcpIndex_ = 0;
};

} // namespace hookcast::srtp
