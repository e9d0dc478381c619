#pragma once

#include "base/Log.h"
#include "config/Config.h"

#include <string>

namespace hookcast::app {

/// How the server calls itself in hooks and in the HTTP API: as server_id says, else as it did at its last start, which
/// a file beside the pid file keeps (`srs.pid`: `srs.id`), else by a name made up and kept there. A file that cannot be
/// read or written costs no start: then the name is new each time, and the log says so. Main thread.
std::string serverIdOf(const config::Config& config, base::Log& log);

/// The same without making one up: empty where there is none yet.
std::string knownServerId(const config::Config& config);

} // namespace hookcast::app
