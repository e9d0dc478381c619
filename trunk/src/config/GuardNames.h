#pragma once

#include <string_view>

namespace hookcast::config {

/// Whether a name that is not known where it stands looks as if it were to decide who comes in: a hook, or a check of
/// names and passwords, however it is spelled. Files of other servers are full of names without a meaning here; these
/// must not be passed over.
bool looksLikeGuard(std::string_view name);

/// Whether a value turns something off: empty, 0, off, false, no or none, in any case.
bool saysOff(std::string_view value);

/// Whether a value turns something on: 1, on, true or yes, in any case.
bool saysOn(std::string_view value);

} // namespace hookcast::config
