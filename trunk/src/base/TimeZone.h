#pragma once

#include <cstdint>
#include <ctime>

namespace hookcast::base {

/// Whose clock times are told by.
enum class TimeZone : std::uint8_t { Local, Utc };

/// Seconds since 1970 as a calendar and a clock there show them.
inline std::tm calendarOf(std::int64_t unixS, TimeZone zone) {
    const auto seconds = static_cast<std::time_t>(unixS);
    std::tm parts{};
    if (zone == TimeZone::Utc)
        ::gmtime_r(&seconds, &parts);
    else
        ::localtime_r(&seconds, &parts);
    return parts;
}

} // namespace hookcast::base
