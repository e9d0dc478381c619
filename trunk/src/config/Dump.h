#pragma once

#include "config/Config.h"
#include "config/ConfigLoader.h"

#include <string>

namespace hookcast::config {

/// Passwords, tokens, passphrases, and what base::maskSecrets() finds in URLs.
enum class Secrets { Shown, Masked };

/// The effective configuration, nginx style: every directive that works with the value in force, wherever it came
/// from. With its secrets shown, loading the text gives an equal Config; with masks in it, it does not load.
std::string dump(const Config& config, Secrets secrets = Secrets::Shown);

/// The same, after it a comment for each directive that had no effect, with its place. `outcome.config` must not be
/// null.
std::string dump(const LoadOutcome& outcome, Secrets secrets = Secrets::Shown);

} // namespace hookcast::config
