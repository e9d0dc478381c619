#pragma once

#include "config/ConfigLoader.h"
#include "config/FileSource.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace hookcast::config::test {

/// Files in a map; a path is its own canonical name.
class MemoryFiles : public FileSource {
  public:
    MemoryFiles() = default;
    explicit MemoryFiles(std::map<std::string, std::string> files) : files_(std::move(files)) {}

    std::optional<std::string> find(const std::string& path) const override {
        return files_.contains(path) ? std::optional(path) : std::nullopt;
    }

    base::Result<std::string> read(const std::string& path, std::size_t maxBytes) const override {
        const auto found = files_.find(path);
        if (found == files_.end()) return base::Error{"no such file"};
        if (found->second.size() > maxBytes) return base::Error{"too large"};
        return found->second;
    }

  private:
    std::map<std::string, std::string> files_;
};

inline LoadOutcome load(const std::string& text, const std::map<std::string, std::string>& variables = {},
                        std::map<std::string, std::string> files = {}) {
    const ConfigLoader loader(std::make_unique<MemoryFiles>(std::move(files)));
    return loader.loadText(text, "test.conf", Environment(variables));
}

/// `text` together with what every configuration needs, all on the first line so that places stay as they are.
inline std::string complete(const std::string& text) {
    return text + "\nlisten 1935; vhost __defaultVhost__ { }\n";
}

/// All findings, a line each.
inline std::string messages(const LoadOutcome& outcome) {
    std::string text;
    for (const std::string& line : findingLines(outcome.findings)) text += line + "\n";
    return text;
}

inline std::shared_ptr<const VhostConfig> defaultVhost(const LoadOutcome& outcome) {
    return outcome.config == nullptr ? nullptr : outcome.config->findVhost("__defaultVhost__");
}

/// Equal in everything but the places that it came from.
inline bool sameConfig(const Config& one, const Config& other) {
    const auto sameAddress = [](const ListenAddress& a, const ListenAddress& b) {
        return a.host == b.host && a.port == b.port;
    };
    const auto sameVhost = [](const auto& a, const auto& b) { return *a == *b; };
    return std::ranges::equal(one.rtmpListen, other.rtmpListen, sameAddress) &&
           std::ranges::equal(one.vhosts, other.vhosts, sameVhost) && one.maxConnections == other.maxConnections &&
           one.chunkSizeBytes == other.chunkSizeBytes && one.daemon == other.daemon && one.pidFile == other.pidFile &&
           one.workDir == other.workDir && one.serverId == other.serverId && one.loops == other.loops &&
           one.log == other.log && one.trustedProxies == other.trustedProxies && one.limits == other.limits &&
           one.webhooks == other.webhooks;
}

} // namespace hookcast::config::test
