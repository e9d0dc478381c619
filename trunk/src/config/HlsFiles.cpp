#include "config/HlsFiles.h"

#include <algorithm>

namespace hookcast::config {

namespace {

constexpr std::string_view kApp = "[app]";
constexpr std::string_view kStream = "[stream]";
constexpr std::string_view kVhost = "[vhost]";

std::string seqPattern(std::string_view pattern) {
    const bool isDistinct = hasVariable(pattern, "[seq]") || hasVariable(pattern, "[timestamp]");
    return isDistinct ? std::string(pattern) : withBeforeEnding(pattern, "-[seq]");
}

bool writesHls(const VhostConfig& vhost) {
    return vhost.enabled && vhost.hls.enabled && !vhost.hls.path.empty();
}

std::string folderOf(const VhostConfig& vhost) {
    std::string folder = realPathOf(vhost.hls.path);
    if (!folder.ends_with('/')) folder += '/';
    return folder;
}

} // namespace

std::string_view relativePattern(std::string_view pattern) {
    while (pattern.starts_with("./") || pattern.starts_with("/")) pattern.remove_prefix(pattern.front() == '/' ? 1 : 2);
    return pattern;
}

std::string withBeforeEnding(std::string_view pattern, std::string_view added) {
    const std::size_t slash = pattern.rfind('/');
    const std::size_t dot = pattern.rfind('.');
    const bool hasEnding = dot != std::string_view::npos && (slash == std::string_view::npos || slash < dot);
    std::string text(pattern);
    return text.insert(hasEnding ? dot : pattern.size(), added);
}

std::string tellingPattern(std::string_view pattern) {
    std::string added;
    for (const std::string_view variable : {kApp, kStream})
        if (!hasVariable(pattern, variable)) added += std::string(variable) + '/';
    const std::size_t file = pattern.rfind('/') + 1;
    return std::string(pattern.substr(0, file)) + added + std::string(pattern.substr(file));
}

std::string distinctPattern(std::string_view pattern) {
    return seqPattern(tellingPattern(pattern));
}

std::vector<RecordingPattern> hlsFiles(const VhostConfig& vhost) {
    std::vector<RecordingPattern> files;
    const HlsConfig& hls = vhost.hls;
    if (hls.path.empty()) return files;
    const auto add = [&](const std::string& folder, const std::string& pattern) {
        if (pattern.empty() || pattern.ends_with('/')) return;
        files.push_back(RecordingPattern::ofFile(folder + "/" + pattern, vhost.name));
    };
    add(hls.path, hls.playlistFile);
    const std::string& keys = hls.keyFilePath.empty() ? hls.path : hls.keyFilePath;
    const auto addEach = [&](const auto& patternOf) {
        for (const std::string* pattern : {&hls.tsFile, &hls.fmp4File}) add(hls.path, seqPattern(patternOf(*pattern)));
        add(hls.path, patternOf(hls.initFile));
        add(hls.path, seqPattern(patternOf(hls.initFile)));
        add(keys, seqPattern(patternOf(hls.keyFile)));
    };
    addEach([](const std::string& pattern) { return tellingPattern(pattern); });
    addEach([](const std::string& pattern) { return pattern; });
    return files;
}

bool isPlaylistOfOneStream(const Config& config, const VhostConfig& vhost) {
    const std::string& playlist = vhost.hls.playlistFile;
    if (!hasVariable(playlist, kApp) || !hasVariable(playlist, kStream)) return false;
    if (hasVariable(playlist, kVhost)) return true;
    const std::string folder = folderOf(vhost);
    const auto overlaps = [&](const std::shared_ptr<const VhostConfig>& other) {
        if (other->name == vhost.name || !writesHls(*other)) return false;
        const std::string its = folderOf(*other);
        return its.starts_with(folder) || folder.starts_with(its);
    };
    return std::ranges::none_of(config.vhosts, overlaps);
}

const VhostConfig* sharerOfPlaylists(const Config& config, const VhostConfig& vhost) {
    if (!writesHls(vhost) || hasVariable(vhost.hls.playlistFile, kVhost)) return nullptr;
    const auto shares = [&](const std::shared_ptr<const VhostConfig>& other) {
        return other->name != vhost.name && writesHls(*other) && other->hls.playlistFile == vhost.hls.playlistFile &&
               folderOf(*other) == folderOf(vhost);
    };
    const auto found = std::ranges::find_if(config.vhosts, shares);
    return found == config.vhosts.end() ? nullptr : found->get();
}

} // namespace hookcast::config
