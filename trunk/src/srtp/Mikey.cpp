#include "srtp/Mikey.h"

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

/// Takes numbers and bytes off a message; what is not there makes it fail, and is 0 or empty.
class Reader {
  public:
    explicit Reader(base::ByteSpan bytes) : rest_(bytes) {}

    std::uint32_t number(std::size_t sizeBytes) {
        std::uint32_t value = 0;
        for (const std::uint8_t byte : bytes(sizeBytes)) value = value << 8U | byte;
        return value;
    }
    std::uint8_t byte() { return static_cast<std::uint8_t>(number(1)); }

    base::ByteSpan bytes(std::size_t sizeBytes) {
        if (sizeBytes > rest_.size()) {
            failed_ = true;
            rest_ = {};
        }
        const base::ByteSpan taken = rest_.first(std::min(sizeBytes, rest_.size()));
        rest_ = rest_.subspan(taken.size());
        return taken;
    }

    bool failed() const { return failed_; }
    bool isEmpty() const { return rest_.empty(); }

  private:
    base::ByteSpan rest_;
    bool failed_ = false;
};

class Parser {
  public:
    explicit Parser(base::ByteSpan bytes) : reader_(bytes) {}

    base::Result<MikeyMessage> parse() {
        if (auto header = readHeader(); !header) return header.error();
        while (next_ != kLast && !reader_.failed())
            if (auto payload = readPayload(); !payload) return payload.error();
        if (reader_.failed()) return base::Error{"it ends too early"};
        if (!hasKey_) return base::Error{"it has no key"};
        return std::move(message_);
    }

  private:
    base::Result<void> readHeader() {
        const std::uint8_t version = reader_.byte();
        const std::uint8_t type = reader_.byte();
        next_ = reader_.byte();
        reader_.byte(); // whether to verify, and a function for keys that are derived: neither is asked for here
        message_.bundleId = reader_.number(4);
        const std::uint8_t sessions = reader_.byte();
        const std::uint8_t map = reader_.byte();
        if (reader_.failed()) return {};
        if (version != kVersion) return base::Error{fmt::format("it is of version {}", version)};
        if (type != kPresharedKeyMessage) return base::Error{fmt::format("its data type is {}", type)};
        if (map != kSrtpMap) return base::Error{fmt::format("its sessions are of map type {}", map)};
        for (unsigned i = 0; i < sessions && !reader_.failed(); ++i) {
            CryptoSession session;
            session.policy = reader_.byte();
            session.ssrc = reader_.number(4);
            session.rolloverCounter = reader_.number(4);
            message_.sessions.push_back(session);
        }
        return {};
    }

    base::Result<void> readPayload() {
        const std::uint8_t type = next_;
        next_ = reader_.byte();
        switch (type) {
        case kKemac: return readKemac();
        case kTimestamp: return readTimestamp();
        case kSecurityPolicy: return readPolicy();
        case kRand: reader_.bytes(reader_.byte()); return {};
        case kId:
        case kExtension:
            reader_.byte();
            reader_.bytes(reader_.number(2));
            return {};
        default: return base::Error{fmt::format("a payload of type {} is not known here", type)};
        }
    }

    /// Whether it is recent is for TLS to see to.
    base::Result<void> readTimestamp() {
        const std::uint8_t type = reader_.byte();
        if (type > 2) return base::Error{fmt::format("a time of type {}", type)};
        reader_.bytes(type == 2 ? 4 : 8);
        return {};
    }

    base::Result<void> readPolicy() {
        reader_.byte(); // its number
        const std::uint8_t protocol = reader_.byte();
        Reader parameters(reader_.bytes(reader_.number(2)));
        if (reader_.failed()) return {};
        if (protocol != kSrtpProtocol) return base::Error{fmt::format("a policy of protocol type {}", protocol)};
        if (hasPolicy_) return base::Error{"it has several policies"};
        hasPolicy_ = true;
        while (!parameters.isEmpty()) {
            const std::uint8_t type = parameters.byte();
            const base::ByteSpan value = parameters.bytes(parameters.byte());
            if (parameters.failed() || value.size() > 4) return base::Error{"a broken policy"};
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
        const std::uint8_t encryption = reader_.byte();
        Reader keys(reader_.bytes(reader_.number(2)));
        const std::uint8_t mac = reader_.byte();
        if (reader_.failed()) return {};
        if (encryption != kNullEncryption || mac != kNullMac) return base::Error{"its key is encrypted or signed"};
        if (hasKey_) return base::Error{"it has several keys"};
        const std::uint8_t next = keys.byte();
        const std::uint8_t typeAndValidity = keys.byte();
        const base::ByteSpan key = keys.bytes(keys.number(2));
        const std::uint8_t type = typeAndValidity >> 4U;
        const base::ByteSpan salt = type == kTekWithSalt ? keys.bytes(keys.number(2)) : base::ByteSpan();
        if (auto validity = readValidity(typeAndValidity & 0x0FU, keys); !validity) return validity.error();
        if (keys.failed()) return base::Error{"a broken key"};
        if (next != kLast) return base::Error{"it has several keys"};
        return takeKey(type, key, salt);
    }

    base::Result<void> readValidity(std::uint8_t validity, Reader& keys) {
        if (validity == kSpi) {
            const base::ByteSpan mki = keys.bytes(keys.byte());
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

    Reader reader_;
    std::uint8_t next_ = kLast;
    bool hasPolicy_ = false;
    bool hasKey_ = false;
    MikeyMessage message_;
};

class Writer {
  public:
    void number(std::uint64_t value, std::size_t sizeBytes) {
        for (std::size_t i = sizeBytes; i > 0; --i) bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * (i - 1))));
    }
    void bytes(base::ByteSpan bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }

    /// Behind their size, which has two bytes.
    void sized(base::ByteSpan content) {
        number(content.size(), 2);
        bytes(content);
    }

    base::Bytes take() { return std::move(bytes_); }

  private:
    base::Bytes bytes_;
};

base::Bytes policyOf(Tag tag) {
    const std::uint32_t tagBytes = tag == Tag::Bits32 ? kTagBytes32 : kTagBytes80;
    Writer policy;
    const auto parameter = [&policy](PolicyType type, std::uint64_t value) {
        policy.number(type, 1);
        policy.number(1, 1);
        policy.number(value, 1);
    };
    parameter(kEncryption, kAesCounterMode);
    parameter(kEncryptionKeyBytes, MasterKey::kKeyBytes);
    parameter(kAuthentication, kHmacSha1);
    parameter(kAuthenticationKeyBytes, tagBytes); // as GStreamer has it, see parseMikey()
    parameter(kRtpEncryption, 1);
    parameter(kRtcpEncryption, 1);
    parameter(kRtpAuthentication, 1);
    parameter(kTagBytes, tagBytes);
    return policy.take();
}

base::Bytes keyDataOf(const Keying& keying) {
    Writer data;
    data.number(kLast, 1);
    data.number(kTek << 4U | (keying.mki.empty() ? kAlways : kSpi), 1);
    data.sized(keying.key.bytes);
    if (!keying.mki.empty()) {
        data.number(keying.mki.size(), 1);
        data.bytes(keying.mki);
    }
    return data.take();
}

} // namespace

base::Result<MikeyMessage> parseMikey(base::ByteSpan bytes) {
    if (bytes.size() > MikeyMessage::kMaxBytes) return base::Error{fmt::format("it has {} bytes", bytes.size())};
    return Parser(bytes).parse();
}

base::Bytes writeMikey(const MikeyMessage& message, const MikeyOrigin& origin) {
    const std::size_t sessions = std::min(message.sessions.size(), MikeyMessage::kMaxSessions);
    Writer out;
    out.number(kVersion, 1);
    out.number(kPresharedKeyMessage, 1);
    out.number(kTimestamp, 1);
    out.number(0, 1); // nothing to verify
    out.number(message.bundleId, 4);
    out.number(sessions, 1);
    out.number(kSrtpMap, 1);
    for (std::size_t i = 0; i < sessions; ++i) {
        out.number(message.sessions[i].policy, 1);
        out.number(message.sessions[i].ssrc, 4);
        out.number(message.sessions[i].rolloverCounter, 4);
    }
    out.number(kRand, 1); // what follows each payload stands in it
    out.number(0, 1);     // NTP, UTC
    out.number(origin.ntpTime, 8);
    out.number(kSecurityPolicy, 1);
    out.number(origin.random.size(), 1);
    out.bytes(origin.random);
    out.number(kKemac, 1);
    out.number(0, 1);
    out.number(kSrtpProtocol, 1);
    out.sized(policyOf(message.keying.tag));
    out.number(kLast, 1);
    out.number(kNullEncryption, 1);
    out.sized(keyDataOf(message.keying));
    out.number(kNullMac, 1);
    return out.take();
}

base::Result<base::Bytes> makeMikey(const Keying& keying, std::uint64_t ntpTime) {
    MikeyOrigin origin;
    origin.ntpTime = ntpTime;
    std::array<std::uint8_t, 4> id{};
    if (RAND_bytes(origin.random.data(), static_cast<int>(origin.random.size())) != 1 ||
        RAND_bytes(id.data(), static_cast<int>(id.size())) != 1)
        return base::Error{"no randomness for a message about a key"};
    MikeyMessage message;
    message.bundleId = Reader(id).number(id.size());
    message.sessions.emplace_back(); // each player's log has its sources: they are told by their packets
    message.keying = keying;
    return writeMikey(message, origin);
}

} // namespace hookcast::srtp
