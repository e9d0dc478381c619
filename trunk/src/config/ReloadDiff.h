#pragma once

#include "config/Config.h"

#include <memory>
#include <string>
#include <vector>

namespace hookcast::config {

/// What a configuration that replaces another one means for a server that runs.
struct ReloadDiff {
    /// The new one, with the very vhosts of the old one where they say the same: who is on those need not notice.
    std::shared_ptr<const Config> config;

    /// Paths of directives with another value that counts at the next start only.
    std::vector<std::string> untilRestart;
};

ReloadDiff reloadDiff(const Config& before, const Config& after);

} // namespace hookcast::config
