#pragma once

#include "config/ConfigLoader.h"

#include <string>

namespace hookcast::config {

/// What becomes of each directive of a file. Two lines of counts, by fate and by severity; then a row each, with its
/// place, its severity, its fate, its path and what changes for the user, in the order of the file. Findings and notes
/// stand below the row that they are about, those about none in rows of their own at the end, which the second line
/// counts, too. Ends with a line break.
std::string migrationReport(const LoadOutcome& outcome);

} // namespace hookcast::config
