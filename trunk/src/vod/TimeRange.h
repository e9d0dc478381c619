#pragma once

#include "base/Result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hookcast::vod {

/// What somebody wants to see of a stream's recordings. A part that is not said has no bound.
struct TimeRange {
    std::optional<std::int64_t> fromUnixMs;
    std::optional<std::int64_t> toUnixMs;

    /// Whether anything of [from, to) is in it.
    bool overlaps(std::int64_t from, std::int64_t to) const {
        return (!fromUnixMs || to > *fromUnixMs) && (!toUnixMs || from < *toUnixMs);
    }
    bool operator==(const TimeRange&) const = default;
};

/// The texts of `from` and `to`, percent-decoded; empty: not said. An Error says which one is wrong.
base::Result<TimeRange> parseTimeRange(std::string_view from, std::string_view to);

/// The `from` and `to` of a URL's query. An Error likewise, and where one stands there twice.
base::Result<TimeRange> timeRangeOf(std::string_view query);

} // namespace hookcast::vod
