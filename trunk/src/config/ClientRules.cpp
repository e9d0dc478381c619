#include "config/ClientRules.h"

#include "base/Log.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>

namespace hookcast::config {

namespace {

bool holds(const std::vector<AddressRule>& rules, StreamUse use, const base::IpAddress& address) {
    return std::ranges::any_of(
        rules, [&](const AddressRule& rule) { return rule.use == use && rule.network.contains(address); });
}

std::string lowerCase(std::string_view text) {
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower;
}

/// Whether `host` is `site` or below it: a.example.com is below example.com, and notexample.com is not.
bool isWithin(std::string_view host, std::string_view site) {
    if (site.starts_with('.')) site.remove_prefix(1);
    if (site.empty() || !host.ends_with(site)) return false;
    return host.size() == site.size() || host[host.size() - site.size() - 1] == '.';
}

bool passes(const std::vector<std::string>& sites, std::string_view host) {
    return sites.empty() ||
           std::ranges::any_of(sites, [&](const std::string& site) { return isWithin(host, lowerCase(site)); });
}

} // namespace

std::string_view nameOf(StreamUse use) {
    return use == StreamUse::Publish ? "publish" : "play";
}

std::string SecurityConfig::denial(StreamUse use, const std::string& ip) const {
    if (!enabled) return {};
    const std::optional<base::IpAddress> address = base::IpAddress::parse(ip);
    const bool onlyDenies = allow.empty() && !deny.empty();
    if (address && !holds(deny, use, *address) && (onlyDenies || holds(allow, use, *address))) return {};
    return fmt::format("refused by security: {} may not {}", ip, nameOf(use));
}

std::string ReferConfig::denial(StreamUse use, std::string_view pageUrl) const {
    if (!enabled) return {};
    const std::string host = hostOfPage(pageUrl);
    if (passes(all, host) && passes(use == StreamUse::Publish ? publish : play, host)) return {};
    const std::string page = host.empty() ? "a client that names no page" : "the page's host " + base::printable(host);
    return fmt::format("refused by refer: {} may not {}", page, nameOf(use));
}

std::string hostOfPage(std::string_view pageUrl) {
    const std::size_t scheme = pageUrl.find("://");
    // A backslash is a slash to browsers.
    constexpr const char* kEnds = "/?#\\";
    if (scheme != std::string_view::npos && pageUrl.find_first_of(kEnds) == scheme + 1)
        pageUrl.remove_prefix(scheme + 3);
    std::string_view host = pageUrl.substr(0, pageUrl.find_first_of(kEnds));
    const std::size_t user = host.rfind('@');
    if (user != std::string_view::npos) host.remove_prefix(user + 1);
    host = host.starts_with('[') ? host.substr(0, host.find(']') + 1) : host.substr(0, host.find(':'));
    if (host.ends_with('.')) host.remove_suffix(1);
    return lowerCase(host);
}

} // namespace hookcast::config
