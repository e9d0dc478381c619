#pragma once

#include <map>
#include <optional>
#include <string>

namespace hookcast::config {

/// The environment variables that a load may read: those whose name begins with `SRS_`. A copy taken once, so that
/// nothing below main reads the process's own environment and tests inject theirs. Immutable; any thread.
///
/// A variable that is set to nothing counts as unset.
class Environment {
  public:
    Environment() = default;
    explicit Environment(const std::map<std::string, std::string>& variables);

    /// The process's variables, as they are now.
    static Environment ofProcess();

    std::optional<std::string> get(const std::string& key) const;

    /// SRS_CONFIG_FILE: replaces the file named by -c.
    std::optional<std::string> configFile() const { return get("SRS_CONFIG_FILE"); }

    /// SRS_ENV_ONLY, whatever its value: no file is read, as with -e.
    bool environmentOnly() const { return get("SRS_ENV_ONLY").has_value(); }

    const std::map<std::string, std::string>& all() const { return variables_; }

  private:
    std::map<std::string, std::string> variables_;
};

} // namespace hookcast::config
