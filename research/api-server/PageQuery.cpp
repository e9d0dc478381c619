#include "api-server/PageQuery.h"

#include "api-server/FormText.h"
#include "base/Log.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

namespace hookcast::mock {

namespace {

std::uint64_t* numberOf(PageQuery& query, std::string_view name) {
    if (name == "after") return &query.after;
    if (name == "limit") return &query.limit;
    if (name == "wait_ms") return &query.waitMs;
    return name == "count" ? &query.count : nullptr;
}

} // namespace

base::Result<PageQuery> parsePageQuery(std::string_view query, const std::vector<std::string_view>& known) {
    PageQuery parsed;
    while (!query.empty()) {
        const std::string_view part = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(part.size() + 1, query.size()));
        if (part.empty()) continue;
        const std::size_t equals = std::min(part.find('='), part.size());
        const std::string_view name = part.substr(0, equals);
        const std::string_view value = part.substr(std::min(equals + 1, part.size()));
        if (std::ranges::find(known, name) == known.end())
            return base::Error{
                fmt::format("no parameter \"{}\": there are {}", base::printable(name), fmt::join(known, ", "))};
        std::uint64_t* target = numberOf(parsed, name);
        if (target == nullptr) {
            parsed.name = percentDecoded(std::string(value), Plus::IsPlus);
            continue;
        }
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), *target);
        if (error != std::errc() || end != value.data() + value.size())
            return base::Error{fmt::format("{} must be an integer, 0 or above", name)};
    }
    return parsed;
}

} // namespace hookcast::mock
