#pragma once

#include "config/Config.h"
#include "config/ConfigLoader.h"

#include <string>

namespace hookcast::config {

/// The effective configuration, nginx style: every directive that works with the value in force, wherever it came
/// from. Loading the text gives an equal Config. Holds what the configuration holds, secrets in hook URLs included.
std::string dump(const Config& config);

/// The same, after it a comment for each directive that had no effect, with its place. `outcome.config` must not be
/// null.
std::string dump(const LoadOutcome& outcome);

} // namespace hookcast::config
