#include "config/HostPort.h"

#include "base/HostName.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <system_error>

namespace hookcast::config {

namespace {

bool isHostLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '_';
}

bool isIpv6Letter(char c) {
    return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || (c >= '0' && c <= '9') || c == ':' || c == '.';
}

} // namespace

std::string HostPort::text() const {
    return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

base::Result<HostPort> readHostPort(std::string_view text, std::uint16_t defaultPort) {
    const base::Error unreadable{"expected HOST or HOST:PORT"};
    const bool isBracketed = text.starts_with('[');
    const std::size_t hostEnd = std::min(text.find(isBracketed ? ']' : ':'), text.size());
    const std::string_view host =
        isBracketed ? text.substr(1, std::max<std::size_t>(hostEnd, 1) - 1) : text.substr(0, hostEnd);
    std::string_view rest = text.substr(hostEnd);
    if (isBracketed) {
        if (!rest.starts_with(']')) return unreadable;
        rest.remove_prefix(1);
    }
    const auto isAllowed = isBracketed ? isIpv6Letter : isHostLetter;
    if (host.empty() || !std::ranges::all_of(host, isAllowed)) return unreadable;
    HostPort read{std::string(host), defaultPort};
    if (rest.empty()) return read;
    if (!rest.starts_with(':')) return unreadable;
    rest.remove_prefix(1);
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), read.port);
    if (error != std::errc() || end != rest.data() + rest.size() || read.port == 0) return unreadable;
    return read;
}

HostPort nodeAddress(const Config& config) {
    constexpr std::uint16_t kRtmpPort = 1935;
    const std::uint16_t port = config.rtmpListen.empty() ? kRtmpPort : config.rtmpListen.front().port;
    if (const base::Result<HostPort> read = readHostPort(config.cluster.address, port)) return read.value();
    return {base::hostName(), port};
}

} // namespace hookcast::config
