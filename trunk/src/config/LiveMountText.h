#pragma once

#include "base/Result.h"

#include <string_view>

namespace hookcast::config {

/// Whether `mount`, as http_remux has it, says which stream a path is: a host or `[vhost]` or nothing, then a path with
/// `[app]` and `[stream]` once each and something between them, and an ending that names a format: .flv, .ts, .aac or
/// .mp3. The Error says what was expected.
base::Result<void> checkLiveMount(std::string_view mount);

/// Whether `[app]` and `[stream]` both stand in it. SRS takes a mount without them, too, and has whatever stream comes
/// first there: here a path without them has none, as it could not be told who may play it.
bool namesAStream(std::string_view mount);

} // namespace hookcast::config
