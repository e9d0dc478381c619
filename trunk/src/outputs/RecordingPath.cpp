#include "outputs/RecordingPath.h"

#include "config/RecordingPattern.h"
#include "hub/NameVariables.h"

#include <fmt/format.h>

#include <string>

namespace hookcast::outputs {

namespace {

// Of Linux: NAME_MAX, less what is added while the file is written, and PATH_MAX.
constexpr std::size_t kLongestPart = 240;
constexpr std::size_t kLongestPath = 4000;

std::size_t endingOf(std::string_view path) {
    const std::size_t dot = path.rfind('.');
    const std::size_t slash = path.rfind('/');
    return dot == std::string_view::npos || (slash != std::string_view::npos && dot < slash) ? path.size() : dot;
}

} // namespace

base::Result<std::string> makeRecordingPath(std::string_view pattern, const hooks::StreamKey& key, std::int64_t unixMs,
                                            base::TimeZone zone) {
    for (const std::string* name : {&key.vhost, &key.app, &key.stream})
        if (!hub::isSafeFileName(*name)) return base::Error{"the stream's name cannot be one of a file"};
    std::string path = hub::replaceVariables(config::wholeRecordingPath(pattern), hub::variablesOf(key, unixMs, zone));
    const std::size_t slash = path.rfind('/');
    const std::string_view file = std::string_view(path).substr(slash == std::string::npos ? 0 : slash + 1);
    if (path.size() > kLongestPath || file.size() > kLongestPart)
        return base::Error{"the stream's name is too long for one of a file"};
    return path;
}

std::string numberedPath(const std::string& path, unsigned number) {
    if (number == 0) return path;
    const std::size_t ending = endingOf(path);
    return fmt::format("{}-{}{}", path.substr(0, ending), number, path.substr(ending));
}

} // namespace hookcast::outputs
