#include "config/ServedRecordings.h"

#include "config/RecordingPattern.h"

#include "base/Log.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::config {

namespace {

struct ServedFolder {
    std::string directive;
    std::string written;
    std::string path; ///< real, with a slash at its end
};

std::string folderPath(const std::string& folder) {
    std::string path = realPathOf(folder);
    if (!path.ends_with('/')) path += '/';
    return path;
}

std::vector<ServedFolder> servedFolders(const Config& config) {
    std::vector<ServedFolder> folders;
    if (!config.http.enabled) return folders;
    folders.push_back({"http_server", config.http.dir, folderPath(config.http.dir)});
    for (const auto& vhost : config.vhosts)
        if (vhost->httpStatic.enabled)
            folders.push_back({"http_static", vhost->httpStatic.dir, folderPath(vhost->httpStatic.dir)});
    return folders;
}

bool hasHooks(const VhostConfig& vhost) {
    return vhost.hooks.enabled || std::ranges::any_of(vhost.notifies, &NotifyConfig::enabled);
}

std::string consequence(const VhostConfig& vhost, const RecordingPattern& pattern) {
    if (!pattern.namesStreams()) return "they are given to nobody, as dvr_path does not hold [app] and [stream]";
    if (!hasHooks(vhost)) return "anybody gets them, as this vhost has no hooks that could say no";
    return "whoever asks for one is asked about like a player of its stream, with on_connect and on_play";
}

/// Where the user can mend it.
SourceLocation placeOf(const VhostConfig& vhost, const Directive& root) {
    for (const Directive& child : root.children) {
        if (child.name != "vhost" || child.firstArg() != vhost.name) continue;
        const Directive* dvr = child.find("dvr");
        if (dvr == nullptr) return child.location;
        const Directive* path = dvr->find("dvr_path");
        return path == nullptr ? dvr->location : path->location;
    }
    return root.location;
}

} // namespace

void warnOfServedRecordings(const Config& config, const Directive& root, Findings& findings) {
    const std::vector<ServedFolder> folders = servedFolders(config);
    if (folders.empty()) return;
    for (const auto& vhost : config.vhosts) {
        if (!vhost->enabled || !vhost->mayHaveRecordings()) continue;
        const RecordingPattern pattern(vhost->dvr.path, vhost->name);
        const std::string recordings = folderPath(pattern.folder());
        const auto holds = [&](const ServedFolder& folder) {
            return recordings.starts_with(folder.path) || folder.path.starts_with(recordings);
        };
        const auto found = std::ranges::find_if(folders, holds);
        if (found == folders.end()) continue;
        findings.warning(placeOf(*vhost, root),
                         fmt::format("'dvr_path': the recordings of vhost {} lie where {} serves files ('{}'): {}",
                                     base::printable(vhost->name), found->directive, base::printable(found->written),
                                     consequence(*vhost, pattern)));
    }
}

} // namespace hookcast::config
