#include "HlsList.h"

#include <algorithm>
#include <cstdlib>
#include <sstream>

namespace hookcast::load {

HlsList HlsList::parse(const std::string& text) {
    HlsList list;
    bool isVariant = false;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (line.ends_with('\r')) line.pop_back();
        const std::string value = line.substr(std::min(line.find(':'), line.size() - 1) + 1);
        if (line.empty()) {
            continue;
        } else if (line[0] != '#') {
            if (isVariant && list.variant.empty()) list.variant = line;
            if (!isVariant) list.uris.push_back(line);
            list.openParts = 0;
        } else if (line.starts_with("#EXT-X-STREAM-INF:")) {
            isVariant = true;
        } else if (line.starts_with("#EXT-X-MEDIA-SEQUENCE:")) {
            list.firstSequence = std::strtoull(value.c_str(), nullptr, 10);
        } else if (line.starts_with("#EXT-X-TARGETDURATION:")) {
            list.targetDurationS = std::strtod(value.c_str(), nullptr);
        } else if (line.starts_with("#EXTINF:")) {
            list.lastDurationS = std::strtod(value.c_str(), nullptr);
        } else if (line.starts_with("#EXT-X-PART:")) {
            ++list.openParts;
        } else if (line.starts_with("#EXT-X-SERVER-CONTROL:")) {
            list.blocks = line.find("CAN-BLOCK-RELOAD=YES") != std::string::npos;
        } else if (line == "#EXT-X-ENDLIST") {
            list.hasEnded = true;
        }
    }
    return list;
}

std::string resolved(const std::string& path, const std::string& uri) {
    if (uri.find("://") != std::string::npos) return "";
    if (uri.starts_with('/')) return uri;
    const std::string folder = path.substr(0, path.rfind('/', path.find('?')) + 1);
    return folder + uri;
}

} // namespace hookcast::load
