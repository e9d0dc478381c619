#pragma once

#include "config/Config.h"
#include "config/Directive.h"
#include "config/Finding.h"

#include <string>
#include <vector>

namespace hookcast::config {

/// Whether a `publish` line of vhost.exec wants to know where RTMP is served: [port], [url].
bool wantsRtmp(const std::vector<std::string>& words);

/// Warns of programs that would look for RTMP here where it is off: those of vhost.exec, and the ffmpegs of
/// vhost.ingest.
void warnOfProgramsWithoutRtmp(const Config& config, const Directive& root, Findings& findings);

} // namespace hookcast::config
