#include "rtsp/KeyManagement.h"

#include "base/Base64.h"
#include "base/Bytes.h"
#include "rtp/Text.h"
#include "srtp/Mikey.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace hookcast::rtsp {

namespace {

constexpr std::string_view kKeyMgmtLine = "a=key-mgmt:";
constexpr std::string_view kCryptoLine = "a=crypto:";
constexpr std::string_view kSuite80 = "AES_CM_128_HMAC_SHA1_80";
constexpr std::string_view kSuite32 = "AES_CM_128_HMAC_SHA1_32";
constexpr std::string_view kInline = "inline:";

base::Result<srtp::Keying> keyingOf(std::string_view base64) {
    const auto bytes = base::fromBase64(base64);
    if (!bytes) return base::Error{"a MIKEY message that is not base 64"};
    const auto message = srtp::parseMikey(*bytes);
    if (!message) return base::Error{"a MIKEY message that cannot be used: " + message.error().message};
    return message.value().keying;
}

base::Result<std::string> mikeyOf(const srtp::Keying& keying, std::uint64_t ntpTime) {
    const auto message = srtp::makeMikey(keying, ntpTime);
    if (!message) return message.error();
    return base::toBase64(message.value());
}

/// `mikey <base64>` (RFC 4567, 3.1).
base::Result<srtp::Keying> parseKeyMgmtLine(std::string_view value) {
    if (!rtp::equalsIgnoringCase(rtp::takeUntil(value, ' '), "mikey"))
        return base::Error{"a key management protocol that is not MIKEY"};
    return keyingOf(rtp::trimmed(value));
}

/// `<tag> <suite> inline:<base64>[|<lifetime>][|<MKI>:<length>]` (RFC 4568, 9.2).
base::Result<srtp::Keying> parseCryptoLine(std::string_view value) {
    rtp::takeUntil(value, ' ');
    value = rtp::trimmed(value);
    const std::string_view suite = rtp::takeUntil(value, ' ');
    value = rtp::trimmed(value);
    std::string_view parameters = rtp::takeUntil(value, ' ');
    srtp::Keying keying;
    if (rtp::equalsIgnoringCase(suite, kSuite32))
        keying.tag = srtp::Tag::Bits32;
    else if (!rtp::equalsIgnoringCase(suite, kSuite80))
        return base::Error{"a crypto suite that is not known here"};
    if (!parameters.starts_with(kInline) || !value.empty() || parameters.find(':', kInline.size()) != parameters.npos)
        return base::Error{"a crypto line with parameters that are not known here"};
    parameters.remove_prefix(kInline.size());
    const auto key = base::fromBase64(rtp::takeUntil(parameters, '|'));
    if (!key || key->size() != keying.key.bytes.size()) return base::Error{"a crypto line without a key"};
    std::ranges::copy(*key, keying.key.bytes.begin());
    return keying;
}

} // namespace

base::Result<srtp::Keying> parseKeyMgmt(std::string_view header) {
    for (const std::string_view alternative : rtp::splitOutsideQuotes(header, ',')) {
        bool isMikey = false;
        std::optional<std::string_view> data;
        for (std::string_view value : rtp::splitOutsideQuotes(alternative, ';')) {
            const std::string_view name = rtp::takeUntil(value, '=');
            value = rtp::unquoted(rtp::trimmed(value));
            if (rtp::equalsIgnoringCase(name, "prot")) isMikey = rtp::equalsIgnoringCase(value, "mikey");
            if (rtp::equalsIgnoringCase(name, "data")) data = value;
        }
        if (isMikey && data) return keyingOf(*data);
    }
    return base::Error{"a KeyMgmt header without a MIKEY message"};
}

base::Result<std::string> writeKeyMgmt(std::string_view url, const srtp::Keying& keying, std::uint64_t ntpTime) {
    const auto message = mikeyOf(keying, ntpTime);
    if (!message) return message.error();
    std::string quotable(url);
    std::erase(quotable, '"');
    return fmt::format(R"(prot=mikey; uri="{}"; data="{}")", quotable, message.value());
}

base::Result<std::string> writeKeyMgmtLine(const srtp::Keying& keying, std::uint64_t ntpTime) {
    const auto message = mikeyOf(keying, ntpTime);
    if (!message) return message.error();
    return fmt::format("{}mikey {}\r\n", kKeyMgmtLine, message.value());
}

std::string writeCryptoLine(const srtp::Keying& keying) {
    const std::string_view suite = keying.tag == srtp::Tag::Bits32 ? kSuite32 : kSuite80;
    return fmt::format("{}1 {} {}{}\r\n", kCryptoLine, suite, kInline, base::toBase64(keying.key.bytes));
}

base::Result<std::optional<srtp::Keying>> keyingIn(std::string_view mediaSection) {
    std::optional<base::Error> fault;
    while (!mediaSection.empty()) {
        std::string_view line = rtp::takeUntil(mediaSection, '\n');
        line = line.substr(0, line.find_last_not_of('\r') + 1);
        const bool isCrypto = line.starts_with(kCryptoLine);
        if (!isCrypto && !line.starts_with(kKeyMgmtLine)) continue;
        line.remove_prefix(isCrypto ? kCryptoLine.size() : kKeyMgmtLine.size());
        auto keying = isCrypto ? parseCryptoLine(line) : parseKeyMgmtLine(line);
        if (keying) return std::optional(keying.take());
        if (!fault) fault = keying.error();
    }
    if (fault) return *fault;
    return std::optional<srtp::Keying>();
}

} // namespace hookcast::rtsp
