#include "srtp/Mikey.h"

#include "base/ByteReader.h"
#include "base/ByteWriter.h"

#include <fmt/format.h>
#include <openssl/rand.h>

#include <algorithm>
#include <optional>

namespace hookcast::srtp {

namespace {

// RFC 3830, 6.1 to 6.15.

constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kPresharedKeyMessage = 0;
constexpr std::uint8_t kSrtpMap = 0;
constexpr std::uint8_t kSrtpProtocol = 0;
constexpr std::uint8_t kNullEncryption = 0;
constexpr std::uint8_t kNullMac = 0;

enum Payload : std::uint8_t {
    kLast = 0,
    kKemac = 1,
    kTimestamp = 5,
    kId = 6,
    kSecurityPolicy = 10,
    kRand = 11,
    kKeyData = 20,
    kExtension = 21
};

enum PolicyType : std::uint8_t {
    kEncryption = 0,
    kEncryptionKeyBytes = 1,
    kAuthentication = 2,
    kAuthenticationKeyBytes = 3,
    kSaltBytes = 4,
    kPseudoRandomFunction = 5,
    kDerivationRate = 6,
    kRtpEncryption = 7,
    kRtcpEncryption = 8,
    kFecOrder = 9,
    kRtpAuthentication = 10,
    kTagBytes = 11,
    kPrefixBytes = 12
};

enum KeyType : std::uint8_t { kTek = 2, kTekWithSalt = 3 };
enum KeyValidity : std::uint8_t { kAlways = 0, kSpi = 1, kInterval = 2 };

constexpr std::uint8_t kAesCounterMode = 1;
constexpr std::uint8_t kHmacSha1 = 1;
constexpr std::uint32_t kHmacSha1KeyBytes = 20;
constexpr std::uint32_t kTagBytes80 = 10;
constexpr std::uint32_t kTagBytes32 = 4;

class Parser {
  public:
    explicit Parser(base::ByteSpan bytes) : reader_(bytes) {}

    base::Result<MikeyMessage> parse() {
        if (auto header = readHeader(); !header) return header.error();
        while (next_ != kLast && reader_.ok())
            if (auto payload = readPayload(); !payload) return payload.error();
        if (!reader_.ok()) return base::Error{"it ends too early"};
        if (!hasKey_) return base::Error{"it has no key"};
        return std::move(message_);
    }

  private:
    base::Result<void> readHeader() {
        const std::uint8_t version = reader_.u8();
        const std::uint8_t type = reader_.u8();
        next_ = reader_.u8();
        reader_.u8(); // whether to verify, and a function for keys that are derived: neither is asked for here
        message_.bundleId = reader_.u32();
        const std::uint8_t sessions = reader_.u8();
        const std::uint8_t map = reader_.u8();
        if (!reader_.ok()) return {};
        if (version != kVersion) return base::Error{fmt::format("it is of version {}", version)};
        if (type != kPresharedKeyMessage) return base::Error{fmt::format("its data type is {}", type)};
        if (map != kSrtpMap) return base::Error{fmt::format("its sessions are of map type {}", map)};
        for (unsigned i = 0; i < sessions && reader_.ok(); ++i) {
            CryptoSession session;
            session.policy = reader_.u8();
            session.ssrc = reader_.u32();
            session.rolloverCounter = reader_.u32();
            message_.sessions.push_back(session);
        }
        return {};
    }

    base::Result<void> readPayload() {
        const std::uint8_t type = next_;
        next_ = reader_.u8();
        switch (type) {
        case kKemac: return readKemac();
        case kTimestamp: return readTimestamp();
        case kSecurityPolicy: return readPolicy();
        case kRand: reader_.bytes(reader_.u8()); return {};
        case kId:
        case kExtension:
            reader_.u8();
            reader_.bytes(reader_.u16());
            return {};
        default: return base::Error{fmt::format("a payload of type {} is not known here", type)};
        }
    }

    /// Whether it is recent is for TLS to see to.
    base::Result<void> readTimestamp() {
        const std::uint8_t type = reader_.u8();
        if (type > 2) return base::Error{fmt::format("a time of type {}", type)};
        reader_.bytes(type == 2 ? 4 : 8);
        return {};
    }

    base::Result<void> readPolicy() {
        reader_.u8(); // its number
        const std::uint8_t protocol = reader_.u8();
        base::ByteReader parameters(reader_.bytes(reader_.u16()));
        if (!reader_.ok()) return {};
        if (protocol != kSrtpProtocol) return base::Error{fmt::format("a policy of protocol type {}", protocol)};
        if (hasPolicy_) return base::Error{"it has several policies"};
        hasPolicy_ = true;
        while (parameters.remaining() > 0) {
            const std::uint8_t type = parameters.u8();
            const base::ByteSpan value = parameters.bytes(parameters.u8());
            if (!parameters.ok() || value.size() > 4) return base::Error{"a broken policy"};
            std::uint32_t number = 0;
            for (const std::uint8_t byte : value) number = number << 8U | byte;
            if (!applyPolicy(type, number))
                return base::Error{fmt::format("its policy has {} for parameter {}", number, type)};
        }
        return {};
    }

    /// False: not what is spoken here.
    bool applyPolicy(std::uint8_t type, std::uint32_t value) {
        switch (type) {
        case kEncryption: return value == kAesCounterMode;
        case kEncryptionKeyBytes: return value == MasterKey::kKeyBytes;
        case kAuthentication: return value == kHmacSha1;
        case kAuthenticationKeyBytes: return value == kHmacSha1KeyBytes || setTag(value);
        case kSaltBytes: return value == MasterKey::kSaltBytes;
        case kPseudoRandomFunction:
        case kDerivationRate:
        case kPrefixBytes: return value == 0;
        case kRtpEncryption:
        case kRtcpEncryption:
        case kRtpAuthentication: return value == 1;
        case kFecOrder: return true; // nothing is corrected
        case kTagBytes: return setTag(value);
        default: return false;
        }
    }

    bool setTag(std::uint32_t sizeBytes) {
        if (sizeBytes != kTagBytes80 && sizeBytes != kTagBytes32) return false;
        message_.keying.tag = sizeBytes == kTagBytes32 ? Tag::Bits32 : Tag::Bits80;
        return true;
    }

    base::Result<void> readKemac() {
        const std::uint8_t encryption = reader_.u8();
        base::ByteReader keys(reader_.bytes(reader_.u16()));
        const std::uint8_t mac = reader_.u8();
        if (!reader_.ok()) return {};
        if (encryption != kNullEncryption || mac != kNullMac) return base::Error{"its key is encrypted or signed"};
        if (hasKey_) return base::Error{"it has several keys"};
        const std::uint8_t next = keys.u8();
        const std::uint8_t typeAndValidity = keys.u8();
        const base::ByteSpan key = keys.bytes(keys.u16());
        const std::uint8_t type = typeAndValidity >> 4U;
        const base::ByteSpan salt = type == kTekWithSalt ? keys.bytes(keys.u16()) : base::ByteSpan();
        if (auto validity = readValidity(typeAndValidity & 0x0FU, keys); !validity) return validity.error();
        if (!keys.ok()) return base::Error{"a broken key"};
        if (next != kLast) return base::Error{"it has several keys"};
        return takeKey(type, key, salt);
    }

    base::Result<void> readValidity(std::uint8_t validity, base::ByteReader& keys) {
        if (validity == kSpi) {
            const base::ByteSpan mki = keys.bytes(keys.u8());
            if (mki.size() > Keying::kMaxMkiBytes) return base::Error{"the name of its key is too long"};
            message_.keying.mki.assign(mki.begin(), mki.end());
            return {};
        }
        if (validity == kAlways) return {};
        return base::Error{fmt::format("its key is valid by rule {}", validity)};
    }

    /// Most write the salt behind the key, as one.
    base::Result<void> takeKey(std::uint8_t type, base::ByteSpan key, base::ByteSpan salt) {
        if (type != kTek && type != kTekWithSalt) return base::Error{fmt::format("a key of type {}", type)};
        const bool isOne = key.size() == MasterKey::kSizeBytes && salt.empty();
        const bool isTwo = key.size() == MasterKey::kKeyBytes && salt.size() == MasterKey::kSaltBytes;
        if (!isOne && !isTwo)
            return base::Error{fmt::format("a key of {} bytes with a salt of {}", key.size(), salt.size())};
        auto& bytes = message_.keying.key.bytes;
        std::ranges::copy(salt, std::ranges::copy(key, bytes.begin()).out);
        hasKey_ = true;
        return {};
    }

    base::ByteReader reader_;
    std::uint8_t next_ = kLast;
    bool hasPolicy_ = false;
    bool hasKey_ = false;
    MikeyMessage message_;
};

/// Behind their size.
void writeSized(base::ByteWriter& out, base::ByteSpan content) {
    out.u16(static_cast<std::uint16_t>(content.size()));
    out.bytes(content);
}

base::Bytes policyOf(Tag tag) {
    const std::uint32_t tagBytes = tag == Tag::Bits32 ? kTagBytes32 : kTagBytes80;
    base::Bytes bytes;
    base::ByteWriter policy(bytes);
    const auto parameter = [&policy](PolicyType type, std::uint32_t value) {
        policy.u8(type);
        policy.u8(1);
        policy.u8(static_cast<std::uint8_t>(value));
    };
    parameter(kEncryption, kAesCounterMode);
    parameter(kEncryptionKeyBytes, MasterKey::kKeyBytes);
    parameter(kAuthentication, kHmacSha1);
    parameter(kAuthenticationKeyBytes, tagBytes); // as GStreamer has it, see parseMikey()
    parameter(kRtpEncryption, 1);
    parameter(kRtcpEncryption, 1);
    parameter(kRtpAuthentication, 1);
    parameter(kTagBytes, tagBytes);
    return bytes;
}

base::Bytes keyDataOf(const Keying& keying) {
    base::Bytes bytes;
    base::ByteWriter data(bytes);
    data.u8(kLast);
    data.u8(static_cast<std::uint8_t>(kTek << 4U | (keying.mki.empty() ? kAlways : kSpi)));
    writeSized(data, keying.key.bytes);
    if (!keying.mki.empty()) {
        data.u8(static_cast<std::uint8_t>(keying.mki.size()));
        data.bytes(keying.mki);
    }
    return bytes;
}

} // namespace

base::Result<MikeyMessage> parseMikey(base::ByteSpan bytes) {
    if (bytes.size() > MikeyMessage::kMaxBytes) return base::Error{fmt::format("it has {} bytes", bytes.size())};
    return Parser(bytes).parse();
}

base::Bytes writeMikey(const MikeyMessage& message, const MikeyOrigin& origin) {
    const std::size_t sessions = std::min(message.sessions.size(), MikeyMessage::kMaxSessions);
    base::Bytes bytes;
    base::ByteWriter out(bytes);
    out.u8(kVersion);
    out.u8(kPresharedKeyMessage);
    out.u8(kTimestamp);
    out.u8(0); // nothing to verify
    out.u32(message.bundleId);
    out.u8(static_cast<std::uint8_t>(sessions));
    out.u8(kSrtpMap);
    for (std::size_t i = 0; i < sessions; ++i) {
        out.u8(message.sessions[i].policy);
        out.u32(message.sessions[i].ssrc);
        out.u32(message.sessions[i].rolloverCounter);
    }
    out.u8(kRand); // what follows each payload stands in it
    out.u8(0);     // NTP, UTC
    out.u64(origin.ntpTime);
    out.u8(kSecurityPolicy);
    out.u8(static_cast<std::uint8_t>(origin.random.size()));
    out.bytes(origin.random);
    out.u8(kKemac);
    out.u8(0);
    out.u8(kSrtpProtocol);
    writeSized(out, policyOf(message.keying.tag));
    out.u8(kLast);
    out.u8(kNullEncryption);
    writeSized(out, keyDataOf(message.keying));
    out.u8(kNullMac);
    return bytes;
}

base::Result<base::Bytes> makeMikey(const Keying& keying, std::uint64_t ntpTime) {
    MikeyOrigin origin;
    origin.ntpTime = ntpTime;
    std::array<std::uint8_t, 4> id{};
    if (RAND_bytes(origin.random.data(), static_cast<int>(origin.random.size())) != 1 ||
        RAND_bytes(id.data(), static_cast<int>(id.size())) != 1)
        return base::Error{"no randomness for a message about a key"};
    MikeyMessage message;
    message.bundleId = base::ByteReader(id).u32();
    message.sessions.emplace_back(); // each player's log has its sources: they are told by their packets
    message.keying = keying;
    return writeMikey(message, origin);
}

} // namespace hookcast::srtp
