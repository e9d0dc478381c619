// SHA-1 as OpenSSL had it before there were providers: what has replaced it allocates for every message.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "srtp/PacketCipher.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>

namespace hookcast::srtp {

namespace {

constexpr std::size_t kIvBytes = 16;
constexpr std::size_t kTagBytes80 = 10;
constexpr std::size_t kTagBytes32 = 4;

/// What a session key is for (RFC 3711, 4.3.1); SRTCP's are three further.
enum Label : std::uint8_t { kEncryption = 0, kAuthentication = 1, kSalt = 2 };
constexpr std::uint8_t kRtcpLabels = 3;

/// Where the label stands: 48 bits, those of an index that is always 0, are behind it.
constexpr std::size_t kLabelAt = 7;

using Iv = std::array<std::uint8_t, kIvBytes>;

Iv ivOf(base::ByteSpan salt) {
    Iv iv{};
    std::ranges::copy(salt, iv.begin());
    return iv;
}

/// Encrypts what is there, in place; of zeros that is the cipher's stream.
bool crypt(EVP_CIPHER_CTX* context, const Iv& iv, std::span<std::uint8_t> bytes) {
    int size = 0;
    return EVP_EncryptInit_ex(context, nullptr, nullptr, nullptr, iv.data()) == 1 &&
           EVP_EncryptUpdate(context, bytes.data(), &size, bytes.data(), static_cast<int>(bytes.size())) == 1;
}

void addTo(Iv& iv, std::size_t at, std::uint64_t value, std::size_t sizeBytes) {
    for (std::size_t i = 0; i < sizeBytes; ++i)
        iv[at + i] ^= static_cast<std::uint8_t>(value >> (8 * (sizeBytes - 1 - i)));
}

} // namespace

void PacketCipher::FreeCipher::operator()(evp_cipher_ctx_st* context) const noexcept {
    EVP_CIPHER_CTX_free(context);
}

/// RFC 2104: what comes before the message is hashed once for all.
struct PacketCipher::Signature {
    explicit Signature(base::ByteSpan key) {
        begin(inner, key, 0x36);
        begin(outer, key, 0x5C);
    }
    ~Signature() {
        OPENSSL_cleanse(&inner, sizeof inner);
        OPENSSL_cleanse(&outer, sizeof outer);
    }
    Signature(const Signature&) = delete;
    Signature& operator=(const Signature&) = delete;

    static void begin(SHA_CTX& hash, base::ByteSpan key, std::uint8_t pad) {
        std::array<std::uint8_t, SHA_CBLOCK> block{};
        std::ranges::copy(key, block.begin());
        for (std::uint8_t& byte : block) byte ^= pad;
        SHA1_Init(&hash);
        SHA1_Update(&hash, block.data(), block.size());
        OPENSSL_cleanse(block.data(), block.size());
    }

    SHA_CTX inner{};
    SHA_CTX outer{};
};

PacketCipher::PacketCipher() : cipher_(EVP_CIPHER_CTX_new()) {}

PacketCipher::~PacketCipher() = default;

base::Result<std::unique_ptr<PacketCipher>> PacketCipher::make(const Keying& keying, Use use) {
    auto cipher = std::make_unique<PacketCipher>();
    if (!cipher->begin(keying, use)) return base::Error{"OpenSSL makes no cipher for SRTP"};
    return cipher;
}

bool PacketCipher::begin(const Keying& keying, Use use) {
    if (cipher_ == nullptr) return false;
    tagBytes_ = keying.tag == Tag::Bits32 ? kTagBytes32 : kTagBytes80;
    const base::ByteSpan key(keying.key.bytes);
    if (EVP_EncryptInit_ex(cipher_.get(), EVP_aes_128_ctr(), nullptr, key.data(), nullptr) != 1) return false;
    const auto derive = [&](std::uint8_t label, std::span<std::uint8_t> to) {
        Iv iv = ivOf(key.subspan(MasterKey::kKeyBytes));
        iv[kLabelAt] ^= static_cast<std::uint8_t>(use == Use::Rtcp ? label + kRtcpLabels : label);
        return crypt(cipher_.get(), iv, to);
    };
    std::array<std::uint8_t, MasterKey::kKeyBytes> encryption{};
    std::array<std::uint8_t, SHA_DIGEST_LENGTH> authentication{};
    if (!derive(kEncryption, encryption) || !derive(kAuthentication, authentication) || !derive(kSalt, salt_))
        return false;
    signature_ = std::make_unique<Signature>(authentication);
    const bool begun = EVP_EncryptInit_ex(cipher_.get(), nullptr, nullptr, encryption.data(), nullptr) == 1;
    OPENSSL_cleanse(encryption.data(), encryption.size());
    OPENSSL_cleanse(authentication.data(), authentication.size());
    return begun;
}

bool PacketCipher::encrypt(std::span<std::uint8_t> bytes, std::uint32_t ssrc, std::uint64_t index) {
    Iv iv = ivOf(salt_);
    addTo(iv, 4, ssrc, 4);
    addTo(iv, 8, index, 6);
    return crypt(cipher_.get(), iv, bytes);
}

void PacketCipher::sign(base::ByteSpan packet, base::ByteSpan behind, std::uint8_t* tag) {
    std::array<std::uint8_t, SHA_DIGEST_LENGTH> sum{};
    SHA_CTX hash = signature_->inner;
    SHA1_Update(&hash, packet.data(), packet.size());
    SHA1_Update(&hash, behind.data(), behind.size());
    SHA1_Final(sum.data(), &hash);
    hash = signature_->outer;
    SHA1_Update(&hash, sum.data(), sum.size());
    SHA1_Final(sum.data(), &hash);
    std::copy_n(sum.begin(), tagBytes_, tag);
}

} // namespace hookcast::srtp
