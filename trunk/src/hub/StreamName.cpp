#include "hub/StreamName.h"

#include "base/PercentEncoding.h"
#include "hooks/StreamKey.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <system_error>

namespace hookcast::hub {

namespace {

constexpr std::uint16_t kDefaultPort = 1935;
constexpr std::string_view kPairSeparator = "...";
constexpr std::string_view kDefaultInstance = "/_definst_";

/// `text` up to the first `separator`; that part and the separator are cut from `text`.
std::string_view takeUntil(std::string_view& text, std::string_view separator) {
    const std::size_t at = text.find(separator);
    const std::string_view part = text.substr(0, at);
    text.remove_prefix(at == std::string_view::npos ? text.size() : at + separator.size());
    return part;
}

struct PathAndQuery {
    std::string_view path;
    std::string_view query; ///< with its `?`
};

PathAndQuery splitQuery(std::string_view text) {
    const std::size_t at = std::min(text.find('?'), text.size());
    return {text.substr(0, at), text.substr(at)};
}

bool namesVhost(std::string_view key) {
    return key == "vhost" || key == "domain";
}

/// No vhost holds these; clients that put the stream behind the query (`?vhost=NAME/stream`) have them follow.
std::string_view vhostName(std::string_view value) {
    return value.substr(0, value.find_first_of("/?&"));
}

/// The vhost that a query (with its `?`) asks for; empty when none.
std::string_view vhostInQuery(std::string_view query) {
    if (!query.empty()) query.remove_prefix(1);
    while (!query.empty()) {
        std::string_view value = takeUntil(query, "&");
        const std::string_view key = takeUntil(value, "=");
        if (namesVhost(key) && !vhostName(value).empty()) return vhostName(value);
    }
    return {};
}

/// The vhost in `...key...value` pairs, without the separator in front of the first; empty when none.
std::string_view vhostInPairs(std::string_view pairs) {
    while (!pairs.empty()) {
        const std::string_view key = takeUntil(pairs, kPairSeparator);
        const std::string_view value = takeUntil(pairs, kPairSeparator);
        if (namesVhost(key) && !vhostName(value).empty()) return vhostName(value);
    }
    return {};
}

std::string_view trimSlashes(std::string_view path) {
    while (path.starts_with('/')) path.remove_prefix(1);
    while (path.ends_with('/')) path.remove_suffix(1);
    return path;
}

struct Application {
    std::string name;
    std::string_view vhost; ///< empty when none was given
};

/// The pairs stand at the end of one segment of the path; an instance may follow: `live...vhost...cdn.com/room1`.
Application readApplication(std::string_view path) {
    path = trimSlashes(path);
    const std::size_t pairsAt = std::min(path.find(kPairSeparator), path.size());
    const std::size_t restAt = std::min(path.find('/', pairsAt), path.size());
    std::string_view pairs = path.substr(pairsAt, restAt - pairsAt);
    if (!pairs.empty()) pairs.remove_prefix(kPairSeparator.size());

    Application application{std::string(path.substr(0, pairsAt)), vhostInPairs(pairs)};
    application.name += path.substr(restAt);
    if (application.name.ends_with(kDefaultInstance)) {
        application.name.resize(application.name.size() - kDefaultInstance.size());
    }
    return application;
}

struct Authority {
    std::string_view host;
    std::uint16_t port = kDefaultPort;
};

base::Result<std::uint16_t> parsePort(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size() || port == 0) {
        return base::Error{"URL: not a port number"};
    }
    return port;
}

/// RFC 3986, section 3.2: `userinfo@host:port`. An IPv6 literal needs brackets if a port follows.
base::Result<Authority> parseAuthority(std::string_view text) {
    if (const std::size_t at = text.rfind('@'); at != std::string_view::npos) text.remove_prefix(at + 1);
    Authority authority;
    std::string_view behindHost;
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos) return base::Error{"URL: no ] behind the address"};
        authority.host = text.substr(1, end - 1);
        behindHost = text.substr(end + 1);
    } else {
        const bool bareIpv6 = std::ranges::count(text, ':') > 1;
        const std::size_t end = bareIpv6 ? text.size() : std::min(text.find(':'), text.size());
        authority.host = text.substr(0, end);
        behindHost = text.substr(end);
    }
    if (authority.host.empty()) return base::Error{"URL: no host"};
    if (behindHost.empty() || behindHost == ":") return authority;
    if (!behindHost.starts_with(':')) return base::Error{"URL: not a port number"};
    const auto port = parsePort(behindHost.substr(1));
    if (!port.ok()) return port.error();
    authority.port = port.value();
    return authority;
}

struct Url {
    Authority authority;
    PathAndQuery rest;
};

base::Result<Url> parseUrl(std::string_view text) {
    const std::size_t schemeEnd = text.find("://");
    if (schemeEnd == std::string_view::npos || schemeEnd == 0) return base::Error{"URL: no scheme"};
    const std::string_view afterScheme = text.substr(schemeEnd + 3);
    const std::size_t authorityEnd = std::min(afterScheme.find_first_of("/?"), afterScheme.size());
    const auto authority = parseAuthority(afterScheme.substr(0, authorityEnd));
    if (!authority.ok()) return authority.error();
    return Url{authority.value(), splitQuery(afterScheme.substr(authorityEnd))};
}

/// An application by itself: its last segment is what readStreamPath() takes for the stream.
base::Result<std::string> readApp(std::string_view name) {
    base::Result<hooks::StreamPath> path = hooks::readStreamPath(name);
    if (!path) return path.error();
    const auto& [app, last] = path.value();
    return app.empty() ? last : app + "/" + last;
}

/// What only decoding makes a separator belongs to no name: others would read it as one.
base::Result<std::string> decodedName(std::string_view name, PathEncoding encoding) {
    if (encoding == PathEncoding::None) return std::string(name);
    base::Result<std::string> decoded = base::percentDecoded(name);
    if (!decoded) return decoded;
    const auto separators = [](std::string_view text) {
        return std::ranges::count(text, '/') + std::ranges::count(text, '?');
    };
    if (separators(decoded.value()) != separators(name))
        return base::Error{"URL: a slash or question mark that is encoded"};
    return decoded;
}

std::string_view firstNonEmpty(std::string_view first, std::string_view second) {
    return first.empty() ? second : first;
}

} // namespace

base::Result<ConnectTarget> parseConnectTarget(std::string_view tcUrl, std::string_view app) {
    const auto url = parseUrl(tcUrl);
    if (!url.ok()) return url.error();
    const PathAndQuery& inUrl = url.value().rest;
    const PathAndQuery inApp = splitQuery(app);
    const Application ofApp = readApplication(inApp.path);
    Application application = readApplication(inUrl.path);
    if (application.name.empty()) application.name = ofApp.name;
    if (application.name.empty()) application.name = kDefaultApp;
    base::Result<std::string> name = readApp(application.name);
    if (!name) return base::Error{"application: " + name.error().message};

    const std::string_view inQuery = firstNonEmpty(vhostInQuery(inUrl.query), vhostInQuery(inApp.query));
    const std::string_view inPath = firstNonEmpty(application.vhost, ofApp.vhost);
    const std::string_view host = url.value().authority.host;

    ConnectTarget target;
    target.tcUrl = tcUrl;
    target.vhost = firstNonEmpty(firstNonEmpty(inQuery, inPath), host);
    target.app = name.take();
    target.param = firstNonEmpty(inUrl.query, inApp.query);
    target.host = host;
    target.port = url.value().authority.port;
    return target;
}

base::Result<StreamUrl> parseStreamUrl(std::string_view url, PathEncoding encoding, std::string_view defaultApp) {
    const auto parts = parseUrl(url);
    if (!parts.ok()) return parts.error();
    const auto& [path, query] = parts.value().rest;
    const std::size_t streamAt = path.rfind('/');
    if (streamAt == std::string_view::npos || streamAt + 1 == path.size()) return base::Error{"URL: no stream"};
    Application application = readApplication(path.substr(0, streamAt));
    // One with a query is none, as it would be in the URL.
    if (application.name.empty() && defaultApp.find('?') == std::string_view::npos) application.name = defaultApp;
    if (application.name.empty()) return base::Error{"URL: no application"};
    std::string whole = application.name;
    whole += path.substr(streamAt);
    const base::Result<std::string> decoded = decodedName(whole, encoding);
    if (!decoded) return decoded.error();
    base::Result<hooks::StreamPath> names = hooks::readStreamPath(decoded.value());
    if (!names) return base::Error{"URL: " + names.error().message};
    if (names.value().app.empty()) return base::Error{"URL: no application"};

    StreamUrl target;
    target.url = url;
    target.host = parts.value().authority.host;
    target.vhost = firstNonEmpty(firstNonEmpty(vhostInQuery(query), application.vhost), target.host);
    target.app = std::move(names.value().app);
    target.stream = std::move(names.value().stream);
    target.param = query;
    return target;
}

std::string urlOfStream(std::string_view tcUrl, const StreamTarget& target) {
    auto [path, query] = splitQuery(tcUrl);
    while (path.ends_with('/')) path.remove_suffix(1);
    std::string url(path);
    url += '/';
    url += target.name;
    char separator = '?';
    for (std::string_view each : {std::string_view(target.param), std::string_view(query)}) {
        if (each.size() < 2) continue;
        url += separator;
        url += each.substr(1);
        separator = '&';
    }
    return url;
}

base::Result<StreamTarget> parseStreamTarget(std::string_view streamName, std::string_view app) {
    if (streamName.starts_with('/')) streamName.remove_prefix(1);
    const auto [path, query] = splitQuery(streamName);
    StreamTarget target;
    target.name = path;
    target.param = query;
    target.vhost = vhostInQuery(query);
    target.app = app;
    if (path.find_first_not_of('/') == std::string_view::npos) return target;
    base::Result<hooks::StreamPath> names = hooks::readStreamPath(fmt::format("{}/{}", app, path));
    if (!names) return names.error();
    target.app = std::move(names.value().app);
    target.stream = std::move(names.value().stream);
    return target;
}

std::vector<std::string> namesBehind(std::string_view stream) {
    std::vector<std::string> names;
    for (const std::string_view prefix : {"mp4:", "flv:"}) {
        if (!stream.starts_with(prefix) || stream.size() == prefix.size()) continue;
        stream.remove_prefix(prefix.size());
        names.emplace_back(stream);
        break;
    }
    for (const std::string_view extension : {".mp4", ".flv", ".f4v"}) {
        if (!stream.ends_with(extension) || stream.size() == extension.size()) continue;
        stream.remove_suffix(extension.size());
        names.emplace_back(stream);
        break;
    }
    return names;
}

} // namespace hookcast::hub
