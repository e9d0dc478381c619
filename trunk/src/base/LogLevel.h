#pragma once

#include "base/TimeZone.h"

#include <cstdint>

namespace hookcast::base {

/// SRS's levels in SRS's order: `trace` is the everyday level, `info` and `verbose` say more.
enum class LogLevel { Verbose, Info, Trace, Warn, Error, None };

/// `[time][level][who] text`, or an object with time, level, who and msg, and with members for the parts that a line is
/// made of.
enum class LogFormat : std::uint8_t { Text, Json };

/// How lines are written.
struct LogShape {
    LogFormat format = LogFormat::Text;
    bool isUtc = false; ///< the time

    TimeZone zone() const { return isUtc ? TimeZone::Utc : TimeZone::Local; }

    bool operator==(const LogShape&) const = default;
};

} // namespace hookcast::base
