#pragma once

#include "base/Bytes.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace hookcast::rtmp {

// The digests that Flash Player and Flash Media Server put into the packets of the handshake. Adobe never published
// them; this is what players, encoders and servers agree on. A C1 or S1 is 4 bytes of time, 4 of version, and two
// blocks of 764 bytes in either order: one hides a digest of 32 bytes at an offset that its first four bytes give, the
// other a key that matters only for encryption. A C2 or S2 ends with a digest keyed by that of the packet it answers.

using Digest = std::array<std::uint8_t, 32>;

enum class DigestScheme { DigestFirst, KeyFirst };

/// What one side signs with: its name for C1 or S1, the name and a common secret for C2 or S2.
class DigestSigner {
  public:
    static DigestSigner player();
    static DigestSigner server();

    /// Puts the digest into a whole C1 or S1 and returns it.
    Digest sign(std::span<std::uint8_t> packet, DigestScheme scheme) const;

    struct Found {
        DigestScheme scheme;
        Digest digest;
    };
    /// The valid digest of a whole C1 or S1, whichever the scheme.
    std::optional<Found> find(base::ByteSpan packet) const;

    /// Puts the digest that answers `peerDigest` at the end of a whole C2 or S2.
    void signAnswer(std::span<std::uint8_t> packet, const Digest& peerDigest) const;
    bool verifyAnswer(base::ByteSpan packet, const Digest& peerDigest) const;

  private:
    explicit DigestSigner(std::string_view name) : name_(name) {}

    Digest answerDigest(base::ByteSpan packet, const Digest& peerDigest) const;
    Digest digestWithout(base::ByteSpan packet, std::size_t offset) const;

    std::string_view name_;
};

} // namespace hookcast::rtmp
