#pragma once

#include "config/Directive.h"

#include <string>

namespace hookcast::config {

/// A directive that SRS knows from its release 4 on.
struct NewerDirective {
    std::string path; ///< as `vhost.rtc.enabled`
    SourceLocation where;
};

/// The first one in `root`, which has modern names: whoever wrote the file had a server of SRS 4 to 8. Without a path
/// where there is none.
NewerDirective firstNewerDirective(const Directive& root);

} // namespace hookcast::config
