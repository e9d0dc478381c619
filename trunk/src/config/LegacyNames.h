#pragma once

#include "config/Directive.h"
#include "config/Finding.h"

namespace hookcast::config {

/// Rewrites old spellings that the directive table moves (`nowAt`) to the modern ones, as SRS does when it loads:
/// - in a vhost an old name beats the modern block, and of several old lines the last one counts;
/// - what SRS 7 puts into `rtmp { }` goes to the top level, which beats the block.
/// A value that loses is a warning.
void rewriteLegacyNames(Directive& root, Findings& findings);

} // namespace hookcast::config
