#pragma once

#include "config/Config.h"
#include "config/Directive.h"
#include "config/Finding.h"

namespace hookcast::config {

/// Warns of each vhost whose recordings lie in a folder that http_server or http_static serves, and says what happens
/// to them. Looks at the disk, where links may lead there.
void warnOfServedRecordings(const Config& config, const Directive& root, Findings& findings);

} // namespace hookcast::config
