#include "config/Environment.h"

#include <string_view>
#include <unistd.h>

namespace hookcast::config {

namespace {

constexpr std::string_view kPrefix = "SRS_";

} // namespace

Environment::Environment(const std::map<std::string, std::string>& variables) {
    for (const auto& [key, value] : variables)
        if (key.starts_with(kPrefix) && !value.empty()) variables_.emplace(key, value);
}

Environment Environment::ofProcess() {
    std::map<std::string, std::string> variables;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view line(*entry);
        const std::size_t equals = line.find('=');
        if (equals != std::string_view::npos) variables.emplace(line.substr(0, equals), line.substr(equals + 1));
    }
    return Environment(variables);
}

std::optional<std::string> Environment::get(const std::string& key) const {
    const auto found = variables_.find(key);
    if (found == variables_.end()) return std::nullopt;
    return found->second;
}

} // namespace hookcast::config
