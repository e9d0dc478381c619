#pragma once

#include "base/Bytes.h"
#include "base/Result.h"
#include "srtp/Keying.h"
#include "srtp/Library.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

namespace hookcast::srtp {

/// Opens what a client sends of one track, by libsrtp, which keeps replays away. Belongs to one thread.
class Inbound {
  public:
    /// A source costs memory for as long as its key is used, so whoever has the key may be no more than so many.
    static constexpr std::size_t kMaxSources = 4;

    static base::Result<std::unique_ptr<Inbound>> make(const Keying& keying);

    Inbound(SessionPtr session, bool hasMki) : session_(std::move(session)), hasMki_(hasMki) {}

    /// A packet of RTP or RTCP as it was before it was protected: bytes that are valid until the next call. None: it is
    /// not authentic, a replay, or of one source too many; it is counted.
    std::optional<base::ByteSpan> rtp(base::ByteSpan packet);
    std::optional<base::ByteSpan> rtcp(base::ByteSpan packet);

    std::uint64_t dropped() const { return dropped_; }

  private:
    using Open = int (*)(srtp_ctx_t_*, void*, int*, bool hasMki);

    std::optional<base::ByteSpan> open(base::ByteSpan packet, std::size_t ssrcAt, Open how);
    bool mayComeFrom(std::uint32_t ssrc) const;

    // owned
    SessionPtr session_;
    base::Bytes packet_; ///< as libsrtp wants it: one that may be changed, aligned
    // state
    bool hasMki_;
    std::array<std::uint32_t, kMaxSources> sources_{};
    std::size_t sourceCount_ = 0;
    std::uint64_t dropped_ = 0;
};

} // namespace hookcast::srtp
