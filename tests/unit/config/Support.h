#pragma once

#include "config/ConfigLoader.h"
#include "config/FileSource.h"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace hookcast::config::test {

/// Files in a map; a path is its own canonical name.
class MemoryFiles : public FileSource {
  public:
    MemoryFiles();
    explicit MemoryFiles(std::map<std::string, std::string> files);
    ~MemoryFiles() override;

    std::optional<std::string> find(const std::string& path) const override;
    base::Result<std::string> read(const std::string& path, std::size_t maxBytes) const override;

  private:
    std::map<std::string, std::string> files_;
};

LoadOutcome load(const std::string& text, const std::map<std::string, std::string>& variables = {},
                 std::map<std::string, std::string> files = {});

/// `text` together with what every configuration needs, all on the first line so that places stay as they are.
std::string complete(const std::string& text);

/// All findings, a line each.
std::string messages(const LoadOutcome& outcome);

std::shared_ptr<const VhostConfig> defaultVhost(const LoadOutcome& outcome);

/// Equal in everything but the places that it came from.
bool sameConfig(const Config& one, const Config& other);

} // namespace hookcast::config::test
