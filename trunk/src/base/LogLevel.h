#pragma once

namespace hookcast::base {

/// SRS's levels in SRS's order: `trace` is the everyday level, `info` and `verbose` say more.
enum class LogLevel { Verbose, Info, Trace, Warn, Error, None };

} // namespace hookcast::base
