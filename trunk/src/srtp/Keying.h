#pragma once

#include "base/Bytes.h"
#include "base/Result.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace hookcast::srtp {

/// A master key of AES-128 in counter mode, and behind it its salt (RFC 3711, 4.3 and 5.3). Never to be logged.
struct MasterKey {
    static constexpr std::size_t kKeyBytes = 16;
    static constexpr std::size_t kSaltBytes = 14;
    static constexpr std::size_t kSizeBytes = kKeyBytes + kSaltBytes;

    std::array<std::uint8_t, kSizeBytes> bytes{};

    bool operator==(const MasterKey&) const = default;
};

/// How much of HMAC-SHA1 each packet carries.
enum class Tag : std::uint8_t { Bits80, Bits32 };

/// What one direction of a track is protected with: AES-128 in counter mode and HMAC-SHA1, which all that speak SRTP
/// know.
struct Keying {
    static constexpr std::size_t kMaxMkiBytes = 128;

    MasterKey key;
    Tag tag = Tag::Bits80;
    base::Bytes mki; ///< names the key in each packet (RFC 3711, 3.1); at most kMaxMkiBytes, empty: packets have none

    bool operator==(const Keying&) const = default;
};

/// A new key from OpenSSL's generator. An error: it has no randomness. Any thread.
base::Result<MasterKey> randomKey();

} // namespace hookcast::srtp
