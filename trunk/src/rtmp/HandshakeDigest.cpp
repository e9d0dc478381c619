#include "rtmp/HandshakeDigest.h"

#include <algorithm>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace hookcast::rtmp {

namespace {

constexpr std::string_view kPlayerName = "Genuine Adobe Flash Player 001";
constexpr std::string_view kServerName = "Genuine Adobe Flash Media Server 001";

/// Follows either name in the key of C2 and S2.
constexpr std::array<std::uint8_t, 32> kCommonSecret{0xF0, 0xEE, 0xC2, 0x4A, 0x80, 0x68, 0xBE, 0xE8, 0x2E, 0x00, 0xD0,
                                                     0xD1, 0x02, 0x9E, 0x7E, 0x57, 0x6E, 0xEC, 0x5D, 0x2D, 0x29, 0x80,
                                                     0x6F, 0xAB, 0x93, 0xB8, 0xE6, 0x36, 0xCF, 0xEB, 0x31, 0xAE};

constexpr std::size_t kDigestBytes = std::tuple_size_v<Digest>;
constexpr std::size_t kFirstBlock = 8;
constexpr std::size_t kBlockBytes = 764;
constexpr std::size_t kOffsetBytes = 4;

Digest hmacSha256(base::ByteSpan key, base::ByteSpan message) {
    Digest digest{};
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), message.data(), message.size(), digest.data(),
         nullptr);
    return digest;
}

std::size_t digestOffset(base::ByteSpan packet, DigestScheme scheme) {
    const std::size_t block = scheme == DigestScheme::DigestFirst ? kFirstBlock : kFirstBlock + kBlockBytes;
    std::size_t sum = 0;
    for (const std::uint8_t byte : packet.subspan(block, kOffsetBytes)) sum += byte;
    return block + kOffsetBytes + sum % (kBlockBytes - kOffsetBytes - kDigestBytes);
}

} // namespace

DigestSigner DigestSigner::player() {
    return DigestSigner(kPlayerName);
}

DigestSigner DigestSigner::server() {
    return DigestSigner(kServerName);
}

Digest DigestSigner::sign(std::span<std::uint8_t> packet, DigestScheme scheme) const {
    const std::size_t offset = digestOffset(packet, scheme);
    const Digest digest = digestWithout(packet, offset);
    std::ranges::copy(digest, packet.subspan(offset).begin());
    return digest;
}

std::optional<DigestSigner::Found> DigestSigner::find(base::ByteSpan packet) const {
    for (const DigestScheme scheme : {DigestScheme::DigestFirst, DigestScheme::KeyFirst}) {
        const std::size_t offset = digestOffset(packet, scheme);
        const Digest digest = digestWithout(packet, offset);
        if (std::ranges::equal(digest, packet.subspan(offset, kDigestBytes))) return Found{scheme, digest};
    }
    return std::nullopt;
}

void DigestSigner::signAnswer(std::span<std::uint8_t> packet, const Digest& peerDigest) const {
    std::ranges::copy(answerDigest(packet, peerDigest), packet.last(kDigestBytes).begin());
}

bool DigestSigner::verifyAnswer(base::ByteSpan packet, const Digest& peerDigest) const {
    return std::ranges::equal(answerDigest(packet, peerDigest), packet.last(kDigestBytes));
}

Digest DigestSigner::answerDigest(base::ByteSpan packet, const Digest& peerDigest) const {
    const base::ByteSpan name = base::asBytes(name_);
    base::Bytes key(name.begin(), name.end());
    key.insert(key.end(), kCommonSecret.begin(), kCommonSecret.end());
    return hmacSha256(hmacSha256(key, peerDigest), packet.first(packet.size() - kDigestBytes));
}

Digest DigestSigner::digestWithout(base::ByteSpan packet, std::size_t offset) const {
    const base::ByteSpan before = packet.first(offset);
    const base::ByteSpan behind = packet.subspan(offset + kDigestBytes);
    base::Bytes message(before.begin(), before.end());
    message.insert(message.end(), behind.begin(), behind.end());
    return hmacSha256(base::asBytes(name_), message);
}

} // namespace hookcast::rtmp
