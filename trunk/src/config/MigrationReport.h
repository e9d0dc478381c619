#pragma once

#include "config/ConfigLoader.h"

#include <string>

namespace hookcast::config {

/// What becomes of each directive of a file: how many work, have no effect or are refused, then a line each with its
/// place, its status and what changes for the user, in the order of the file; findings stand below the directive that
/// they are about. Ends with a line break.
std::string migrationReport(const LoadOutcome& outcome);

} // namespace hookcast::config
