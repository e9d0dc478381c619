#pragma once

#include "config/Config.h"
#include "config/Directive.h"
#include "config/Finding.h"

namespace hookcast::config {

/// Warns of two addresses of TCP that cannot both be listened on, and of vhosts that enable http_remux or srt
/// where the server for it is off.
void warnOfListening(const Config& config, const Directive& root, Findings& findings);

} // namespace hookcast::config
