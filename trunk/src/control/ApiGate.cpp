#include "control/ApiGate.h"

#include "base/Base64.h"
#include "base/IpAddress.h"
#include "base/Log.h"
#include "config/HostNames.h"
#include "http/HttpStatus.h"

#include <Poco/String.h>
#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <string_view>

namespace hookcast::control {

namespace {

/// However much of them agrees, comparing takes as long.
bool isEqual(const std::string& given, const std::string& expected) {
    return given.size() == expected.size() && CRYPTO_memcmp(given.data(), expected.data(), given.size()) == 0;
}

/// What follows the scheme, whose name knows no case (RFC 9110, 11.1); nothing where it is another scheme.
std::optional<std::string> credentials(const std::string& authorization, std::string_view scheme) {
    const std::size_t blank = authorization.find(' ');
    if (blank == std::string::npos || Poco::icompare(authorization.substr(0, blank), std::string(scheme)) != 0)
        return std::nullopt;
    const std::size_t begin = authorization.find_first_not_of(' ', blank);
    return begin == std::string::npos ? std::string() : authorization.substr(begin);
}

/// Without the port, and an IPv6 address without its brackets.
std::string_view hostOf(std::string_view authority) {
    if (authority.starts_with('[')) return authority.substr(1, authority.find(']') - 1);
    return authority.substr(0, authority.find(':'));
}

std::string_view withoutDefaultPort(std::string_view authority) {
    for (const std::string_view port : {":80", ":443"})
        if (authority.ends_with(port)) authority.remove_suffix(port.size());
    return authority;
}

bool isAllowed(std::string_view host, const std::vector<std::string>& allowed) {
    return std::ranges::any_of(allowed, [host](const std::string& name) { return config::sameHost(name, host); });
}

/// A page can make any name of its own lead here (DNS rebinding), but no address and no name that it does not own.
bool isOwnHost(std::string_view authority, const std::vector<std::string>& allowed) {
    const std::string_view host = hostOf(authority);
    if (authority.empty() || base::IpAddress::parse(host) || config::sameHost(host, "localhost")) return true;
    return isAllowed(host, allowed);
}

/// Whether a page of another origin sends it. Programs name no origin. Behind a proxy the own one may have another name
/// than Host says, of those that are `allowed`.
bool isForeign(const http::HttpRequest& request, const std::vector<std::string>& allowed) {
    const std::string& site = request.field("Sec-Fetch-Site");
    if (!site.empty() && site != "same-origin" && site != "none") return true;
    const std::string& origin = request.field("Origin");
    if (origin.empty()) return false;
    const std::size_t scheme = origin.find("://");
    if (scheme == std::string::npos) return true; // "null"
    const std::string_view authority = std::string_view(origin).substr(scheme + 3);
    return !config::sameHost(withoutDefaultPort(authority), withoutDefaultPort(request.field("Host"))) &&
           !isAllowed(hostOf(authority), allowed);
}

/// What a browser sends to another origin without asking that first (Fetch standard, 2.2.1 and 2.2.2).
bool isSimple(const http::HttpRequest& request) {
    const std::string& method = request.method();
    if (method != "GET" && method != "HEAD" && method != "POST") return false;
    const std::string& field = request.field("Content-Type");
    const std::string type = Poco::toLower(Poco::trim(field.substr(0, field.find(';'))));
    return type.empty() || type == "text/plain" || type == "multipart/form-data" ||
           type == "application/x-www-form-urlencoded";
}

/// With a secret: what a browser may have added it to by itself, on behalf of a page of another origin. Where it asks
/// first, it hears that it may not, so whoever sends that knows the secret.
bool isBorrowed(const http::HttpRequest& request, const config::HttpApiConfig& config) {
    const bool isAdded = config.scheme == config::HttpApiConfig::Scheme::Basic;
    return isAdded && isForeign(request, config.allowedHosts) && isSimple(request);
}

} // namespace

bool hasSecret(const std::string& authorization, const config::HttpApiConfig& config) {
    if (!config.asksForSecret) return true;
    if (config.scheme == config::HttpApiConfig::Scheme::Bearer) {
        const std::optional<std::string> token = credentials(authorization, "Bearer");
        return token && isEqual(*token, config.token);
    }
    const std::optional<std::string> encoded = credentials(authorization, "Basic");
    if (!encoded) return false;
    const std::optional<base::Bytes> decoded = base::fromBase64(*encoded);
    return decoded && isEqual(std::string(decoded->begin(), decoded->end()), config.username + ":" + config.password);
}

std::optional<ApiRefusal> refusalOfPage(const http::HttpRequest& request, const ApiQuery& query, bool isChange,
                                        const config::Config& config) {
    const bool hasCallback = !query.parameter("callback").empty();
    if (hasCallback && !config.apiServer.crossdomain)
        return ApiRefusal{http::kForbidden, "a callback is for pages of other origins: http_api has 'crossdomain off'"};
    const bool isRead = request.method() == "GET" || request.method() == "HEAD";
    if (config.api.asksForSecret) {
        if (isChange && isRead && query.parameter("method").empty())
            return ApiRefusal{http::kMethodNotAllowed, "what changes something wants POST"};
        if ((isChange || hasCallback) && isBorrowed(request, config.api))
            return ApiRefusal{http::kForbidden, "a page of another origin may not use what the browser knows"};
        return std::nullopt;
    }
    if (!isOwnHost(request.field("Host"), config.api.allowedHosts))
        return ApiRefusal{http::kForbidden, fmt::format("without auth the control interface answers at an IP address, "
                                                        "localhost or a name in allowed_hosts only, not at '{}'",
                                                        base::printable(hostOf(request.field("Host"))))};
    if (!isChange) return std::nullopt;
    if (isRead)
        return ApiRefusal{http::kMethodNotAllowed, "what changes something wants POST or DELETE; by GET it needs auth"};
    if (isForeign(request, {}))
        return ApiRefusal{http::kForbidden, "a page of another origin may change nothing where no auth is on"};
    return std::nullopt;
}

} // namespace hookcast::control
