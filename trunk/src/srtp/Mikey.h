#pragma once

#include "base/Bytes.h"
#include "base/Result.h"
#include "srtp/Keying.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace hookcast::srtp {

/// Of which SRTP stream a message tells (RFC 3830, 6.1.1).
struct CryptoSession {
    std::uint8_t policy = 0;
    std::uint32_t ssrc = 0; ///< 0: its sender does not know it yet
    std::uint32_t rolloverCounter = 0;

    bool operator==(const CryptoSession&) const = default;
};

/// A MIKEY message of the kind that goes with RTSP over TLS (RFC 3830, 3.1, RFC 4567): it carries a key as it is, as
/// TLS hides it.
struct MikeyMessage {
    /// More than any message that this server has a use for.
    static constexpr std::size_t kMaxBytes = 4096;
    static constexpr std::size_t kMaxSessions = 255;

    std::uint32_t bundleId = 0;
    std::vector<CryptoSession> sessions; ///< at most kMaxSessions
    Keying keying;

    bool operator==(const MikeyMessage&) const = default;
};

/// What makes a message unlike others.
struct MikeyOrigin {
    std::uint64_t ntpTime = 0; ///< 32.32 fixed point seconds since 1900
    std::array<std::uint8_t, 16> random{};
};

/// Reads a message. An error, which says what and holds nothing of the key: one that is broken, encrypted or too long,
/// of no or several keys, or for anything else than AES-128 in counter mode with HMAC-SHA1.
///
/// Of the policy's session authentication key length (RFC 3830, 6.10.1) GStreamer makes the length of the tag, and so
/// do those that have learnt from it: 4 and 10 are taken for that.
base::Result<MikeyMessage> parseMikey(base::ByteSpan bytes);

/// The bytes of a message, which GStreamer, gortsplib and live555 read.
base::Bytes writeMikey(const MikeyMessage& message, const MikeyOrigin& origin);

/// A message of its own about a key: random but for the key and the time. An error: there is no randomness.
base::Result<base::Bytes> makeMikey(const Keying& keying, std::uint64_t ntpTime);

} // namespace hookcast::srtp
