#include "app/ConfigSource.h"

#include "config/Dump.h"
#include "config/Environment.h"

#include <fmt/format.h>

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iostream>
#include <stdexcept>

namespace hookcast::app {

config::LoadOutcome ConfigSource::load(const std::filesystem::path& folder) const {
    const config::Environment environment = config::Environment::ofProcess();
    const config::ConfigLoader loader;
    if (environmentOnly || environment.environmentOnly()) return loader.loadEnvironmentOnly(environment);
    return loader.loadFile(folder / environment.configFile().value_or(file), environment);
}

void printFindings(const config::LoadOutcome& outcome) {
    for (const std::string& line : config::findingLines(outcome.findings)) std::cerr << line << '\n';
}

void enterWorkDir(const std::string& folder) {
    if (folder.empty() || ::chdir(folder.c_str()) == 0) return;
    throw std::runtime_error(fmt::format("cannot enter {} (directive `work_dir`): {}", folder, std::strerror(errno)));
}

} // namespace hookcast::app
