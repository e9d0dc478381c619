#include "config/HlsFiles.h"

namespace hookcast::config {

std::string withBeforeEnding(std::string_view pattern, std::string_view added) {
    const std::size_t slash = pattern.rfind('/');
    const std::size_t dot = pattern.rfind('.');
    const bool hasEnding = dot != std::string_view::npos && (slash == std::string_view::npos || slash < dot);
    std::string text(pattern);
    return text.insert(hasEnding ? dot : pattern.size(), added);
}

std::string distinctPattern(std::string_view pattern) {
    const auto has = [pattern](std::string_view variable) { return pattern.find(variable) != std::string_view::npos; };
    if (has("[seq]") || has("[timestamp]")) return std::string(pattern);
    return withBeforeEnding(pattern, "-[seq]");
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
    for (const std::string* pattern : {&hls.tsFile, &hls.fmp4File}) add(hls.path, distinctPattern(*pattern));
    add(hls.path, hls.initFile);
    add(hls.path, distinctPattern(hls.initFile));
    add(hls.keyFilePath.empty() ? hls.path : hls.keyFilePath, distinctPattern(hls.keyFile));
    return files;
}

} // namespace hookcast::config
