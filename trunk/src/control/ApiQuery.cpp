#include "control/ApiQuery.h"

#include "base/PercentEncoding.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <system_error>

namespace hookcast::control {

ApiQuery ApiQuery::of(const http::HttpRequest& request, const http::RequestTarget& target) {
    ApiQuery query;
    query.method = request.method();
    query.path = target.path;
    while (query.path.size() > 1 && query.path.ends_with('/')) query.path.pop_back();
    query.authorization = request.field("Authorization");
    std::string_view rest = target.query;
    if (rest.starts_with('?')) rest.remove_prefix(1);
    while (!rest.empty()) {
        const std::string_view pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
        const std::size_t equals = pair.find('=');
        const auto name = base::percentDecoded(pair.substr(0, equals));
        const std::string_view raw = equals == std::string_view::npos ? "" : pair.substr(equals + 1);
        const auto value = base::percentDecoded(raw);
        if (name && !name.value().empty()) query.parameters[name.value()] = value ? value.value() : std::string(raw);
    }
    return query;
}

std::string ApiQuery::parameter(const std::string& name) const {
    const auto found = parameters.find(name);
    return found == parameters.end() ? std::string() : found->second;
}

std::size_t ApiQuery::number(const std::string& name, std::size_t otherwise) const {
    const std::string text = parameter(name);
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? value : otherwise;
}

Slice ApiQuery::slice() const {
    Slice slice;
    slice.start = number("start", slice.start);
    // 0 is 1, as with SRS 7.0.128.
    slice.count = std::max<std::size_t>(1, number("count", slice.count));
    return slice;
}

} // namespace hookcast::control
