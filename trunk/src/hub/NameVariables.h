#pragma once

#include "base/TimeZone.h"
#include "hooks/StreamKey.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookcast::hub {

/// Each with what stands for it.
using Variables = std::vector<std::pair<std::string_view, std::string>>;

/// [vhost], [app] and [stream]; [timestamp], the time in milliseconds since 1970; [2006], [01], [02], [15], [04], [05]
/// and [999], the year, month, day, hour, minute, second and millisecond in `zone`.
Variables variablesOf(const hooks::StreamKey& key, std::int64_t unixMs, base::TimeZone zone);

/// `pattern` with its variables replaced, in one pass, so that what a client calls its stream is no variable.
std::string replaceVariables(std::string_view pattern, const Variables& variables);

/// Whether a file of this name, which comes from a client and may hold folders, stays below the one it is put into.
bool isSafeFileName(std::string_view name);

} // namespace hookcast::hub
