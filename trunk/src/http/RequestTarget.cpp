#include "http/RequestTarget.h"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace hookcast::http {

namespace {

base::Result<std::string> decodedSegment(std::string_view segment) {
    base::Result<std::string> decoded = percentDecoded(segment);
    if (!decoded) return decoded;
    const std::string& text = decoded.value();
    if (text == "." || text == "..") return base::Error{"the path goes up"};
    const auto isForbidden = [](char c) { return c == '/' || c == '\\' || (c >= 0 && c < ' ') || c == 0x7F; };
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

base::Result<RequestTarget> readTarget(std::string_view target, std::string_view host) {
    RequestTarget result;
    std::string_view origin = target;
    if (target.starts_with('/')) {
        if (host.empty() || host.find_first_of("/?#@\\ \t") != std::string_view::npos)
            return base::Error{"no Host, or a broken one"};
        result.url = "http://" + std::string(host) + std::string(target);
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

base::Result<std::string> percentDecoded(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded.push_back(text[i]);
            continue;
        }
        unsigned value = 0;
        const std::string_view digits = text.substr(i + 1, 2);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
        if (error != std::errc() || digits.size() != 2 || end != digits.data() + 2)
            return base::Error{"a broken percent-encoding in the path"};
        decoded.push_back(static_cast<char>(value));
        i += 2;
    }
    return decoded;
}

} // namespace hookcast::http
