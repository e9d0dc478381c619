#include "rtmp/Handshake.h"

#include "rtmp/HandshakeDigest.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <openssl/rand.h>
#include <span>
#include <utility>

namespace hookcast::rtmp {

namespace {

constexpr std::uint8_t kVersion = 3;

/// Time and version (or the second time) in front of the random bytes.
constexpr std::size_t kPrefixBytes = 8;

using Packet = std::array<std::uint8_t, kHandshakeBytes>;

/// Peers take a packet for one with a digest only if its version says that it comes from a Flash that made digests:
/// Player 9.0.124.2 and Media Server 3.5.1.1 are such.
constexpr std::array<std::uint8_t, 4> kPlayerVersion{9, 0, 124, 2};
constexpr std::array<std::uint8_t, 4> kServerVersion{3, 5, 1, 1};

base::Error noRandomBytes() {
    return base::Error{"handshake: the system has no random bytes"};
}

/// Fills all but the time and the version, which stay zero.
bool fillRandom(std::span<std::uint8_t> packet) {
    const auto random = packet.subspan(kPrefixBytes);
    return RAND_bytes(random.data(), static_cast<int>(random.size())) == 1;
}

void append(base::Bytes& out, base::ByteSpan bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
}

/// Moves bytes from `input` to `collected` until it has `wanted`; true when it has.
bool collect(base::Bytes& collected, std::size_t wanted, base::ByteSpan& input) {
    if (input.empty()) return false;
    collected.reserve(wanted);
    const std::size_t taken = std::min(wanted - collected.size(), input.size());
    append(collected, input.first(taken));
    input = input.subspan(taken);
    return collected.size() == wanted;
}

base::Result<void> checkVersion(std::uint8_t version) {
    if (version == kVersion) return {};
    return base::Error{fmt::format("handshake: version {} instead of {}", version, kVersion)};
}

} // namespace

base::Result<bool> ServerHandshake::next(base::ByteSpan& input, base::Bytes& output) {
    if (!answered_) {
        if (received_.empty() && !input.empty()) {
            if (const auto checked = checkVersion(input.front()); !checked.ok()) return checked.error();
        }
        if (!collect(received_, 1 + kHandshakeBytes, input)) return false;
        if (const auto done = answer(output); !done.ok()) return done.error();
        answered_ = true;
        received_ = base::Bytes();
    }
    const std::size_t taken = std::min(kHandshakeBytes - c2Bytes_, input.size());
    c2Bytes_ += taken;
    input = input.subspan(taken);
    return c2Bytes_ == kHandshakeBytes;
}

base::Result<void> ServerHandshake::answer(base::Bytes& output) {
    const base::ByteSpan c1 = base::ByteSpan(received_).subspan(1);
    const auto digest = DigestSigner::player().find(c1);

    Packet s1{};
    Packet s2{};
    if (!fillRandom(s1)) return noRandomBytes();
    if (digest.has_value()) {
        if (!fillRandom(s2)) return noRandomBytes();
        std::ranges::copy(kServerVersion, s1.begin() + 4);
        DigestSigner::server().sign(s1, digest->scheme);
        DigestSigner::server().signAnswer(s2, digest->digest);
    } else {
        std::ranges::copy(c1, s2.begin());
    }
    output.reserve(output.size() + 1 + 2 * kHandshakeBytes);
    output.push_back(kVersion);
    append(output, s1);
    append(output, s2);
    return {};
}

base::Bytes ClientHandshake::start() {
    Packet c1{};
    if (!fillRandom(c1)) return {};
    if (kind_ != Kind::Simple) {
        std::ranges::copy(kPlayerVersion, c1.begin() + 4);
        DigestSigner::player().sign(c1, kind_ == Kind::Digest ? DigestScheme::DigestFirst : DigestScheme::KeyFirst);
    }
    c1_.assign(c1.begin(), c1.end());
    base::Bytes bytes{kVersion};
    append(bytes, c1_);
    return bytes;
}

base::Result<bool> ClientHandshake::next(base::ByteSpan& input, base::Bytes& output) {
    if (c1_.empty()) return base::Error{"handshake: not started"};
    if (received_.empty() && !input.empty()) {
        if (const auto checked = checkVersion(input.front()); !checked.ok()) return checked.error();
    }
    if (!collect(received_, 1 + 2 * kHandshakeBytes, input)) return false;
    if (const auto done = answer(output); !done.ok()) return done.error();
    c1_ = base::Bytes();
    received_ = base::Bytes();
    return true;
}

base::Result<void> ClientHandshake::answer(base::Bytes& output) {
    const base::ByteSpan s1 = base::ByteSpan(received_).subspan(1, kHandshakeBytes);
    const base::ByteSpan s2 = base::ByteSpan(received_).subspan(1 + kHandshakeBytes);

    const auto digest = kind_ == Kind::Simple ? std::nullopt : DigestSigner::server().find(s1);
    if (digest.has_value()) {
        const auto own = DigestSigner::player().find(c1_);
        if (!DigestSigner::server().verifyAnswer(s2, own->digest))
            return base::Error{"handshake: S2 has a wrong digest"};
        Packet c2{};
        if (!fillRandom(c2)) return noRandomBytes();
        DigestSigner::player().signAnswer(c2, digest->digest);
        append(output, c2);
        return {};
    }
    // Section 5.2.4: the second time is the server's own.
    if (!std::ranges::equal(s2.first(4), base::ByteSpan(c1_).first(4)) ||
        !std::ranges::equal(s2.subspan(kPrefixBytes), base::ByteSpan(c1_).subspan(kPrefixBytes))) {
        return base::Error{"handshake: S2 does not echo C1"};
    }
    append(output, s1);
    return {};
}

} // namespace hookcast::rtmp
