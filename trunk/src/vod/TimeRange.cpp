#include "vod/TimeRange.h"

#include "base/PercentEncoding.h"
#include "base/TimeText.h"

#include <algorithm>
#include <string>

namespace hookcast::vod {

base::Result<TimeRange> parseTimeRange(std::string_view from, std::string_view to) {
    TimeRange range;
    if (!from.empty()) {
        const auto time = base::parseTime(from);
        if (!time) return base::Error{"from: " + time.error().message};
        range.fromUnixMs = time.value();
    }
    if (!to.empty()) {
        const auto time = base::parseTime(to);
        if (!time) return base::Error{"to: " + time.error().message};
        range.toUnixMs = time.value();
    }
    if (range.fromUnixMs && range.toUnixMs && *range.toUnixMs <= *range.fromUnixMs)
        return base::Error{"to: it has to be later than from"};
    return range;
}

base::Result<TimeRange> timeRangeOf(std::string_view query) {
    std::optional<std::string> from;
    std::optional<std::string> to;
    query.remove_prefix(std::min<std::size_t>(query.starts_with('?') ? 1 : 0, query.size()));
    while (!query.empty()) {
        const std::string_view pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), pair.size() + 1));
        const std::size_t equals = std::min(pair.find('='), pair.size());
        const std::string_view name = pair.substr(0, equals);
        if (name != "from" && name != "to") continue;
        std::optional<std::string>& place = name == "from" ? from : to;
        if (place) return base::Error{std::string(name) + " stands there twice"};
        const auto value = base::percentDecoded(pair.substr(std::min(equals + 1, pair.size())));
        if (!value) return base::Error{std::string(name) + ": " + value.error().message};
        place = value.value();
    }
    return parseTimeRange(from.value_or(""), to.value_or(""));
}

} // namespace hookcast::vod
