#include "config/Addresses.h"

#include "base/IpAddress.h"

#include <fmt/format.h>

#include <algorithm>
#include <arpa/inet.h>
#include <cctype>
#include <charconv>
#include <optional>
#include <sys/un.h>

namespace hookcast::config {

namespace {

using base::Error;

bool isAddress(int family, const std::string& text) {
    in6_addr unused{}; // large enough for both families
    // inet_pton() reads up to a NUL.
    return text.find('\0') == std::string::npos && inet_pton(family, text.c_str(), &unused) == 1;
}

std::optional<std::uint16_t> parsePort(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
    return port;
}

struct HostAndPort {
    std::string_view host; ///< without brackets
    std::string_view port;
    bool bracketed = false;
    bool hasPort = false;
};

std::optional<HostAndPort> split(std::string_view text) {
    HostAndPort parts;
    if (text.starts_with('[')) {
        const std::size_t close = text.find(']');
        if (close == std::string_view::npos) return std::nullopt;
        parts.bracketed = true;
        parts.host = text.substr(1, close - 1);
        text.remove_prefix(close + 1);
        if (text.empty()) return parts;
        if (text.front() != ':') return std::nullopt;
    } else {
        const std::size_t colon = std::min(text.find(':'), text.size());
        parts.host = text.substr(0, colon);
        text.remove_prefix(colon);
        if (text.empty()) return parts;
    }
    parts.hasPort = true;
    parts.port = text.substr(1);
    return parts;
}

/// SRS takes what stands before the last colon for the address, with brackets or without: `:::1935`.
std::optional<HostAndPort> splitListen(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    const bool isBareIpv6 = !text.starts_with('[') && text.find(':') != colon;
    if (!isBareIpv6) return split(text);
    return HostAndPort{text.substr(0, colon), text.substr(colon + 1), true, true};
}

bool isHostNameByte(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return std::isalnum(byte) != 0 || c == '-' || c == '.' || c == '_';
}

bool startsWithIgnoringCase(std::string_view text, std::string_view lowerCasePrefix) {
    if (text.size() < lowerCasePrefix.size()) return false;
    return std::ranges::equal(text.substr(0, lowerCasePrefix.size()), lowerCasePrefix, [](char one, char other) {
        return std::tolower(static_cast<unsigned char>(one)) == other;
    });
}

bool isBlankOrControl(char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F;
}

constexpr const char* kNoBlanks = "blanks and control characters cannot stand in a URL";

/// With the slash that the socket's path begins with: a host may be called unix.
constexpr std::string_view kSocketScheme = "http://unix:/";

bool namesSocket(std::string_view url) {
    return startsWithIgnoringCase(url, kSocketScheme);
}

/// Of one that namesSocket().
base::Result<void> checkSocketUrl(std::string_view url) {
    constexpr std::size_t kLongestBytes = sizeof(sockaddr_un::sun_path) - 1;
    if (std::ranges::any_of(url, isBlankOrControl)) return Error{kNoBlanks};
    const std::optional<SocketUrl> parts = socketUrlOf(url);
    if (!parts || parts->socket.find_first_of("?#") != std::string_view::npos)
        return Error{"expected a colon and a path behind the socket, as in http://unix:/run/app.sock:/path"};
    if (parts->socket.size() < 2) return Error{"expected the path of a socket after unix:"};
    if (parts->socket.size() > kLongestBytes)
        return Error{fmt::format("the socket's path is longer than the {} bytes that the system takes", kLongestBytes)};
    return {};
}

} // namespace

base::Result<ListenAddress> parseListenAddress(std::string_view text) {
    constexpr const char* kExpected = "expected a port from 1 to 65535, or ip:port, or [ipv6]:port";
    ListenAddress address;
    std::string_view port = text;
    if (text.find(':') != std::string_view::npos) {
        const std::optional<HostAndPort> parts = splitListen(text);
        if (!parts || !parts->hasPort) return Error{kExpected};
        address.host = parts->host;
        port = parts->port;
        const bool valid = isAddress(parts->bracketed ? AF_INET6 : AF_INET, address.host);
        if (!address.host.empty() && !valid) return Error{"expected an IP address before the port"};
        if (address.host.empty() && parts->bracketed) return Error{"expected an IP address before the port"};
    }
    const std::optional<std::uint16_t> number = parsePort(port);
    if (!number) return Error{kExpected};
    address.port = *number;
    return address;
}

std::vector<ListenAddress> socketsFor(std::vector<ListenAddress> addresses) {
    const auto isIpv6 = [](const ListenAddress& address) { return address.host.find(':') != std::string::npos; };
    std::vector<ListenAddress> added;
    for (const ListenAddress& address : addresses) {
        const std::optional<base::IpAddress> ip = base::IpAddress::parse(address.host);
        const auto isItsIpv4 = [&](const ListenAddress& other) { return other.port == address.port && !isIpv6(other); };
        if (!ip || ip->text() != "::" || std::ranges::any_of(addresses, isItsIpv4)) continue;
        if (std::ranges::any_of(added, isItsIpv4)) continue;
        added.push_back(address);
        added.back().host.clear();
    }
    addresses.insert(addresses.end(), added.begin(), added.end());
    return addresses;
}

std::vector<ListenAddress> withTls(std::vector<ListenAddress> plain, const TlsServerConfig& tls) {
    if (!tls.enabled) return plain;
    for (const ListenAddress& address : tls.listen) {
        plain.push_back(address);
        plain.back().isTls = true;
    }
    return plain;
}

std::string listenText(const ListenAddress& address) {
    if (address.host.empty()) return std::to_string(address.port);
    const bool ipv6 = address.host.find(':') != std::string::npos;
    return ipv6 ? fmt::format("[{}]:{}", address.host, address.port) : fmt::format("{}:{}", address.host, address.port);
}

std::optional<SocketUrl> socketUrlOf(std::string_view url) {
    if (!namesSocket(url)) return std::nullopt;
    url.remove_prefix(kSocketScheme.size() - 1);
    const std::size_t colon = url.find(':');
    if (colon == std::string_view::npos || colon + 1 == url.size() || url[colon + 1] != '/') return std::nullopt;
    return SocketUrl{url.substr(0, colon), url.substr(colon + 1)};
}

base::Result<void> checkHookUrl(std::string_view url) {
    if (startsWithIgnoringCase(url, "https://unix:/")) return Error{"a Unix socket is called by http, not by https"};
    if (namesSocket(url)) return checkSocketUrl(url);
    if (startsWithIgnoringCase(url, "http://"))
        url.remove_prefix(7);
    else if (startsWithIgnoringCase(url, "https://"))
        url.remove_prefix(8);
    else
        return Error{"expected a URL that begins with http:// or https://"};
    if (std::ranges::any_of(url, isBlankOrControl)) return Error{kNoBlanks};

    std::string_view authority = url.substr(0, url.find_first_of("/?#"));
    const std::size_t userEnd = authority.rfind('@');
    if (userEnd != std::string_view::npos) authority.remove_prefix(userEnd + 1);
    const std::optional<HostAndPort> parts = split(authority);
    if (!parts || parts->host.empty()) return Error{"expected a host after the scheme"};
    const auto isAscii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    if (!std::ranges::all_of(parts->host, isAscii))
        return Error{"a host outside of ASCII cannot be called, write it in punycode (xn--...)"};
    const bool validHost = parts->bracketed ? isAddress(AF_INET6, std::string(parts->host))
                                            : std::ranges::all_of(parts->host, isHostNameByte);
    if (!validHost) return Error{"the host is neither a name nor an address"};
    if (parts->hasPort && !parsePort(parts->port)) return Error{"expected a port from 1 to 65535 after the host"};
    return {};
}

base::Result<void> checkAdmissionUrl(std::string_view url) {
    if (url.find(',') != std::string_view::npos)
        return Error{"a comma cannot stand here: put blanks between URLs, write %2C for a comma within one"};
    // An IPv6 address is all that brackets are for.
    const std::size_t authority = url.find("://");
    const std::size_t path = authority == std::string_view::npos ? 0 : url.find_first_of("/?#", authority + 3);
    constexpr const char* kOthers = "[]<>\"";
    if (path != std::string_view::npos && url.find_first_of(kOthers, path) != std::string_view::npos)
        return Error{"brackets and quotes cannot stand in a URL, write %5B and %5D within one"};
    return checkHookUrl(url);
}

} // namespace hookcast::config
