#include "http/ForwardedFor.h"

#include "base/IpAddress.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

namespace hookcast::http {

namespace {

constexpr const char* kForwardedFor = "X-Forwarded-For";
constexpr const char* kRealIp = "X-Real-IP";

std::string_view trimmed(std::string_view text) {
    constexpr const char* kBlanks = " \t";
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

/// An address, as some proxies write it with a port: `192.0.2.1:4711`, `[2001:db8::1]:4711`.
std::optional<base::IpAddress> addressOf(std::string_view entry) {
    entry = trimmed(entry);
    std::string_view port;
    if (entry.starts_with('[')) {
        const std::size_t end = entry.find(']');
        if (end == std::string_view::npos) return std::nullopt;
        port = entry.substr(end + 1);
        entry = entry.substr(1, end - 1);
    } else if (std::ranges::count(entry, ':') == 1) {
        port = entry.substr(entry.find(':'));
        entry = entry.substr(0, entry.find(':'));
    }
    const bool isPort = port.empty() || (port.front() == ':' && port.find_first_not_of("0123456789", 1) == port.npos);
    return isPort ? base::IpAddress::parse(entry) : std::nullopt;
}

/// All of the field's lines, which are one list (RFC 9110, 5.3); none where there is no such field.
std::vector<std::string_view> entriesOf(const HttpRequest& request, const char* name) {
    std::vector<std::string_view> entries;
    for (const auto& [itsName, value] : request.head) {
        if (!sameWord(itsName, name)) continue;
        std::string_view list = value;
        while (true) {
            const std::size_t comma = list.find(',');
            entries.push_back(list.substr(0, comma));
            if (comma == std::string_view::npos) break;
            list.remove_prefix(comma + 1);
        }
    }
    return entries;
}

} // namespace

std::string clientOf(const HttpRequest& request, const std::string& peerIp, const config::Config& config) {
    const std::optional<base::IpAddress> peer = base::IpAddress::parse(peerIp);
    if (!peer || !config.trusts(*peer)) return peerIp;
    std::vector<std::string_view> entries = entriesOf(request, kForwardedFor);
    if (entries.empty()) {
        // Of two, one may be the client's own.
        entries = entriesOf(request, kRealIp);
        const std::optional<base::IpAddress> client = entries.size() == 1 ? addressOf(entries.front()) : std::nullopt;
        return client ? client->text() : peerIp;
    }
    std::string client = peerIp;
    for (; !entries.empty(); entries.pop_back()) {
        const std::optional<base::IpAddress> address = addressOf(entries.back());
        if (!address) break;
        client = address->text();
        if (!config.trusts(*address)) break;
    }
    return client;
}

} // namespace hookcast::http
