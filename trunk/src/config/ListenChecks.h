#pragma once

#include "config/Config.h"
#include "config/Directive.h"
#include "config/Finding.h"

namespace hookcast::config {

/// Two addresses that cannot both be listened on are an error. Warns of vhosts that enable http_remux or srt
/// where the server for it is off.
void checkListening(const Config& config, const Directive& root, Findings& findings);

} // namespace hookcast::config
