#include "http/RequestTarget.h"

#include "base/PercentEncoding.h"

#include <algorithm>

namespace hookcast::http {

namespace {

base::Result<std::string> decodedSegment(std::string_view segment) {
    base::Result<std::string> decoded = base::percentDecoded(segment);
    if (!decoded) return decoded;
    const std::string& text = decoded.value();
    if (text == "." || text == "..") return base::Error{"the path goes up"};
    const auto isForbidden = [](char c) { return c == '/' || (c >= 0 && c < ' ') || c == 0x7F; };
    if (std::ranges::any_of(text, isForbidden)) return base::Error{"a forbidden character in the path"};
    return decoded;
}

base::Result<std::string> decodedPath(std::string_view path) {
    std::string decoded;
    while (!path.empty()) {
        path.remove_prefix(1); // the slash
        const std::size_t end = std::min(path.find('/'), path.size());
        const base::Result<std::string> segment = decodedSegment(path.substr(0, end));
        if (!segment) return segment.error();
        decoded += '/' + segment.value();
        path.remove_prefix(end);
    }
    return decoded;
}

} // namespace

base::Result<RequestTarget> readTarget(std::string_view target, std::string_view host, std::string_view scheme) {
    RequestTarget result;
    std::string_view origin = target;
    if (target.starts_with('/')) {
        if (host.empty() || host.find_first_of("/?#@\\ \t") != std::string_view::npos)
            return base::Error{"no Host, or a broken one"};
        result.url = std::string(scheme) + "://" + std::string(host) + std::string(target);
    } else {
        const std::size_t schemeEnd = target.find("://");
        const std::size_t hostAt = schemeEnd == std::string_view::npos ? target.size() : schemeEnd + 3;
        const std::size_t pathAt = target.find_first_of("/?", hostAt);
        if (pathAt == std::string_view::npos || target[pathAt] != '/')
            return base::Error{"the request target is no path"};
        result.url = target;
        origin = target.substr(pathAt);
    }
    const std::string_view path = withoutQuery(origin);
    base::Result<std::string> decoded = decodedPath(path);
    if (!decoded) return decoded.error();
    result.path = decoded.take();
    result.query = origin.substr(path.size());
    return result;
}

std::string_view withoutQuery(std::string_view target) {
    return target.substr(0, target.find('?'));
}

} // namespace hookcast::http
