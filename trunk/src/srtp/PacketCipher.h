#pragma once

#include "base/Bytes.h"
#include "base/Result.h"
#include "srtp/Keying.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

struct evp_cipher_ctx_st; // OpenSSL's

namespace hookcast::srtp {

/// What SRTP and SRTCP do to packets alike: encrypt them and sign them, each with session keys of its own that come of
/// the master key (RFC 3711, 4). By OpenSSL, without an allocation for a packet:
/// libsrtp of Debian 12 makes fourteen, and takes four times as long. Belongs to one thread.
class PacketCipher {
  public:
    enum class Use : std::uint8_t { Rtp, Rtcp };

    static constexpr std::size_t kMaxTagBytes = 10;

    /// An error: OpenSSL has no memory.
    static base::Result<std::unique_ptr<PacketCipher>> make(const Keying& keying, Use use);

    PacketCipher();
    ~PacketCipher();
    PacketCipher(const PacketCipher&) = delete;
    PacketCipher& operator=(const PacketCipher&) = delete;

    /// Encrypts in place. `index` has 48 bits (4.1.1) and may not come again with this SSRC. False: OpenSSL has failed.
    bool encrypt(std::span<std::uint8_t> bytes, std::uint32_t ssrc, std::uint64_t index);

    /// Writes the tag of `packet` and what is signed behind it without being a part of it (4.2).
    void sign(base::ByteSpan packet, base::ByteSpan behind, std::uint8_t* tag);

    std::size_t tagBytes() const { return tagBytes_; }

  private:
    struct FreeCipher {
        void operator()(evp_cipher_ctx_st* context) const noexcept;
    };
    struct Signature; ///< HMAC-SHA1 with its key

    bool begin(const Keying& keying, Use use);

    // owned
    std::unique_ptr<evp_cipher_ctx_st, FreeCipher> cipher_;
    std::unique_ptr<Signature> signature_;
    // state
    std::array<std::uint8_t, MasterKey::kSaltBytes> salt_{};
    std::size_t tagBytes_ = kMaxTagBytes;
};

} // namespace hookcast::srtp
