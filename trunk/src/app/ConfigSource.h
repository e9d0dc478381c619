#pragma once

#include "config/ConfigLoader.h"

#include <filesystem>
#include <string>

namespace hookcast::app {

/// Where the command line says that the configuration is.
struct ConfigSource {
    std::string file = "conf/hookcast.conf"; ///< SRS_CONFIG_FILE comes before it
    bool environmentOnly = false;

    /// `folder`: where relative names begin; empty: the working directory.
    config::LoadOutcome load(const std::filesystem::path& folder = {}) const;
};

/// On standard error, a line each.
void printFindings(const config::LoadOutcome& outcome);

/// Makes `folder`, work_dir, the working directory. Throws std::runtime_error where that cannot be.
void enterWorkDir(const std::string& folder);

} // namespace hookcast::app
