#include "app/ServerId.h"

#include "base/RandomId.h"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>

namespace hookcast::app {

namespace {

constexpr std::size_t kRandomLength = 7;
constexpr std::size_t kLongest = 64;

/// What somebody else has put there ends up in no backend's database.
bool isUsable(const std::string& id) {
    const auto isPlain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    };
    return !id.empty() && id.size() <= kLongest && std::ranges::all_of(id, isPlain);
}

std::filesystem::path fileOf(const config::Config& config) {
    return std::filesystem::path(config.pidFile).replace_extension(".id");
}

} // namespace

std::string knownServerId(const config::Config& config) {
    if (!config.serverId.empty()) return config.serverId;
    std::string id;
    std::ifstream(fileOf(config)) >> id;
    return isUsable(id) ? id : std::string();
}

std::string serverIdOf(const config::Config& config, base::Log& log) {
    std::string id = knownServerId(config);
    if (!id.empty()) return id;
    const std::filesystem::path path = fileOf(config);
    id = "vid-" + base::randomId(kRandomLength);
    std::ofstream file(path);
    file << id << '\n' << std::flush;
    if (!file) log.warn("main", "server_id {} counts for this start only: {} cannot be written", id, path.string());
    return id;
}

} // namespace hookcast::app
