#pragma once

#include "config/Directive.h"
#include "config/Environment.h"
#include "config/Finding.h"

namespace hookcast::config {

/// Puts the variables into the tree, each in place of what the file says; a variable of a vhost directive goes into
/// every vhost. A variable without a directive that works is a warning. The tree must have modern names only.
void applyEnvironment(Directive& root, const Environment& environment, Findings& findings);

} // namespace hookcast::config
