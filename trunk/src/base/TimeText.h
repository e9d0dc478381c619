#pragma once

#include "base/Result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace hookcast::base {

/// A moment as people and clients write it, in milliseconds since 1970: Unix seconds, with a fraction or without
/// (`1700000000.25`); or a date and time of ISO 8601 (RFC 3339, 5.6), with a fraction of the second or without, in UTC
/// or with a time zone: `2023-11-14T22:13:20Z`, `2023-11-14T23:13:20.250+01:00`. An Error for anything else.
Result<std::int64_t> parseTime(std::string_view text);

/// RFC 3339, in UTC, with milliseconds.
std::string timeText(std::int64_t unixMs);

} // namespace hookcast::base
