#include "unit/config/Support.h"

#include <algorithm>
#include <utility>

namespace hookcast::config::test {

MemoryFiles::MemoryFiles() = default;
MemoryFiles::MemoryFiles(std::map<std::string, std::string> files) : files_(std::move(files)) {}
MemoryFiles::~MemoryFiles() = default;

std::optional<std::string> MemoryFiles::find(const std::string& path) const {
    return files_.contains(path) ? std::optional(path) : std::nullopt;
}

base::Result<std::string> MemoryFiles::read(const std::string& path, std::size_t maxBytes) const {
    const auto found = files_.find(path);
    if (found == files_.end()) return base::Error{"no such file"};
    if (found->second.size() > maxBytes) return base::Error{"too large"};
    return found->second;
}

LoadOutcome load(const std::string& text, const std::map<std::string, std::string>& variables,
                 std::map<std::string, std::string> files) {
    const ConfigLoader loader(std::make_unique<MemoryFiles>(std::move(files)));
    return loader.loadText(text, "test.conf", Environment(variables));
}

std::string complete(const std::string& text) {
    return text + "\nlisten 1935; vhost __defaultVhost__ { }\n";
}

std::string messages(const LoadOutcome& outcome) {
    std::string text;
    for (const std::string& line : findingLines(outcome.findings)) text += line + "\n";
    return text;
}

std::shared_ptr<const VhostConfig> defaultVhost(const LoadOutcome& outcome) {
    return outcome.config == nullptr ? nullptr : outcome.config->findVhost("__defaultVhost__");
}

bool sameConfig(const Config& one, const Config& other) {
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
