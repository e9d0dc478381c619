#pragma once

#include "base/Result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hookcast::vod {

/// A moment as a client writes it, in milliseconds since 1970: Unix seconds, with a fraction or without
/// (`1700000000.25`); or a date and time of ISO 8601 (RFC 3339, 5.6), with a fraction of the second or without, in UTC
/// or with a time zone: `2023-11-14T22:13:20Z`, `2023-11-14T23:13:20.250+01:00`. An Error for anything else.
base::Result<std::int64_t> parseTime(std::string_view text);

/// RFC 3339, in UTC, with milliseconds.
std::string timeText(std::int64_t unixMs);

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
