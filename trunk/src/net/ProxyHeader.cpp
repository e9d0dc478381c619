#include "net/ProxyHeader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <string_view>

namespace hookcast::net {

namespace {

using base::Error;
using Stage = ProxyHeader::Stage;

constexpr std::string_view kV1Signature = "PROXY ";
constexpr std::string_view kV2Signature("\r\n\r\n\0\r\nQUIT\n", 12);

/// Section 2.1: with its line ending.
constexpr std::size_t kLongestV1 = 107;

/// Section 2.2.
constexpr std::size_t kV2FixedBytes = 16;
constexpr std::uint8_t kLocal = 0x20;
constexpr std::uint8_t kProxied = 0x21;
constexpr std::uint8_t kUnspecified = 0x00;
constexpr std::uint8_t kTcp4 = 0x11;
constexpr std::uint8_t kTcp6 = 0x21;
constexpr std::uint8_t kUnixStream = 0x31;

ProxyHeader begun() {
    return {Stage::Begun, 0, {}};
}

Error tooLong(std::size_t limitBytes) {
    return {fmt::format("the PROXY header is longer than {} bytes", limitBytes)};
}

/// Takes the next word of a line whose words are divided by one blank each.
std::string_view takeWord(std::string_view& line) {
    const std::string_view word = line.substr(0, line.find(' '));
    line.remove_prefix(std::min(word.size() + 1, line.size()));
    return word;
}

std::optional<std::uint16_t> portOf(std::string_view word) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), port);
    const bool isWhole = error == std::errc() && end == word.data() + word.size();
    if (!isWhole || (word.size() > 1 && word.front() == '0')) return std::nullopt;
    return port;
}

/// An address as TCP4 or TCP6 writes it.
std::optional<base::IpAddress> addressOf(std::string_view word, bool isV6) {
    const bool looksV6 = word.find(':') != std::string_view::npos;
    if (looksV6 != isV6 || word.find('%') != std::string_view::npos) return std::nullopt;
    return base::IpAddress::parse(word);
}

/// `line` is without its signature and its ending.
base::Result<std::optional<ProxiedClient>> clientOfLine(std::string_view line) {
    const std::string_view family = takeWord(line);
    // What follows UNKNOWN must be ignored.
    if (family == "UNKNOWN") return std::optional<ProxiedClient>();
    if (family != "TCP4" && family != "TCP6") return Error{"the PROXY header names neither TCP4, TCP6 nor UNKNOWN"};
    const bool isV6 = family == "TCP6";
    const auto source = addressOf(takeWord(line), isV6);
    const auto destination = addressOf(takeWord(line), isV6);
    const auto sourcePort = portOf(takeWord(line));
    // To the end: there must be nothing behind it.
    const auto destinationPort = portOf(line);
    if (!source || !destination) return Error{"the PROXY header has no address where one belongs"};
    if (!sourcePort || !destinationPort) return Error{"the PROXY header has no port where one belongs"};
    return std::optional(ProxiedClient{*source, *sourcePort});
}

base::Result<ProxyHeader> readV1(std::string_view text, std::size_t limitBytes) {
    limitBytes = std::min(limitBytes, kLongestV1);
    const std::size_t end = text.substr(0, limitBytes).find('\n');
    if (end == std::string_view::npos) {
        if (text.size() >= limitBytes) return tooLong(limitBytes);
        return begun();
    }
    if (text[end - 1] != '\r') return Error{"the PROXY header does not end with CR LF"};
    const std::string_view line = text.substr(0, end - 1);
    auto client = clientOfLine(line.substr(kV1Signature.size()));
    if (!client) return client.error();
    return ProxyHeader{Stage::Complete, end + 1, client.take()};
}

/// `addresses` is what follows the fixed part.
base::Result<std::optional<ProxiedClient>> clientOfAddresses(std::uint8_t family, base::ByteSpan addresses) {
    constexpr std::size_t kPortsBytes = 4;
    constexpr std::size_t kUnixBytes = 216;
    const auto needs = [&](std::size_t sizeBytes) { return addresses.size() >= sizeBytes; };
    const auto portAt = [&](std::size_t at) {
        return static_cast<std::uint16_t>(addresses[at] << 8U | addresses[at + 1]);
    };
    constexpr std::size_t kV4 = base::IpAddress::kV4Bytes;
    constexpr std::size_t kV6 = base::IpAddress::kV6Bytes;
    if (family == kUnspecified) return std::optional<ProxiedClient>();
    if (family == kUnixStream && needs(kUnixBytes)) return std::optional<ProxiedClient>();
    if (family == kTcp4 && needs(2 * kV4 + kPortsBytes))
        return std::optional(ProxiedClient{base::IpAddress::v4(addresses.first<kV4>()), portAt(2 * kV4)});
    if (family == kTcp6 && needs(2 * kV6 + kPortsBytes))
        return std::optional(ProxiedClient{base::IpAddress::v6(addresses.first<kV6>()), portAt(2 * kV6)});
    if (family == kTcp4 || family == kTcp6 || family == kUnixStream)
        return Error{"the PROXY header is too short for its addresses"};
    return Error{fmt::format("the PROXY header tells of family {:#04x}, which is no TCP", family)};
}

base::Result<ProxyHeader> readV2(base::ByteSpan bytes, std::size_t limitBytes) {
    constexpr std::size_t kCommandAt = 12;
    constexpr std::size_t kFamilyAt = 13;
    constexpr std::size_t kLengthAt = 14;
    if (bytes.size() > kCommandAt && bytes[kCommandAt] != kLocal && bytes[kCommandAt] != kProxied)
        return Error{fmt::format("the PROXY header has version and command {:#04x}", bytes[kCommandAt])};
    if (bytes.size() < kV2FixedBytes) return begun();
    const std::size_t sizeBytes =
        kV2FixedBytes + (static_cast<std::size_t>(bytes[kLengthAt]) << 8U) + bytes[kLengthAt + 1];
    if (sizeBytes > limitBytes) return tooLong(limitBytes);
    if (bytes.size() < sizeBytes) return begun();
    // A proxy that speaks for itself, a health check say, may write what it wants there.
    if (bytes[kCommandAt] == kLocal) return ProxyHeader{Stage::Complete, sizeBytes, {}};
    auto client = clientOfAddresses(bytes[kFamilyAt], bytes.subspan(kV2FixedBytes, sizeBytes - kV2FixedBytes));
    if (!client) return client.error();
    return ProxyHeader{Stage::Complete, sizeBytes, client.take()};
}

} // namespace

base::Result<ProxyHeader> readProxyHeader(base::ByteSpan bytes, std::size_t limitBytes) {
    const std::string_view text = base::asText(bytes);
    if (text.starts_with(kV1Signature)) return readV1(text, limitBytes);
    if (text.starts_with(kV2Signature)) return readV2(bytes, limitBytes);
    const bool isUndecided = kV1Signature.starts_with(text) || kV2Signature.starts_with(text);
    return ProxyHeader{isUndecided ? Stage::Undecided : Stage::Absent, 0, {}};
}

} // namespace hookcast::net
