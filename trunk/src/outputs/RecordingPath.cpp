#include "outputs/RecordingPath.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <utility>
#include <vector>

namespace hookcast::outputs {

namespace {

constexpr std::string_view kFileInFolder = "/[stream].[timestamp].flv";

// Of Linux: NAME_MAX, less what is added while the file is written, and PATH_MAX.
constexpr std::size_t kLongestPart = 240;
constexpr std::size_t kLongestPath = 4000;

using Variables = std::vector<std::pair<std::string_view, std::string>>;

Variables variablesOf(const hub::StreamKey& key, std::int64_t unixMs) {
    const auto seconds = static_cast<std::time_t>(unixMs / 1000);
    std::tm local{};
    ::localtime_r(&seconds, &local);
    return {{"[vhost]", key.vhost},
            {"[app]", key.app},
            {"[stream]", key.stream},
            {"[timestamp]", std::to_string(unixMs)},
            {"[2006]", fmt::format("{:04}", local.tm_year + 1900)},
            {"[01]", fmt::format("{:02}", local.tm_mon + 1)},
            {"[02]", fmt::format("{:02}", local.tm_mday)},
            {"[15]", fmt::format("{:02}", local.tm_hour)},
            {"[04]", fmt::format("{:02}", local.tm_min)},
            {"[05]", fmt::format("{:02}", local.tm_sec)},
            {"[999]", fmt::format("{:03}", unixMs % 1000)}};
}

bool isSafePart(std::string_view part) {
    return !part.empty() && part != "." && part != ".." && part.size() <= kLongestPart &&
           part.find('\0') == std::string_view::npos;
}

/// Whether `name` stays below the folder that it is put into.
bool isSafeName(std::string_view name) {
    for (;;) {
        const std::size_t slash = name.find('/');
        if (!isSafePart(name.substr(0, slash))) return false;
        if (slash == std::string_view::npos) return true;
        name.remove_prefix(slash + 1);
    }
}

/// In one pass, so that what a client calls its stream is no variable.
std::string replace(std::string_view pattern, const Variables& variables) {
    std::string path;
    while (!pattern.empty()) {
        const auto found = std::ranges::find_if(
            variables, [pattern](const auto& variable) { return pattern.starts_with(variable.first); });
        const std::size_t taken = found == variables.end() ? 1 : found->first.size();
        path += found == variables.end() ? pattern.substr(0, 1) : std::string_view(found->second);
        pattern.remove_prefix(taken);
    }
    return path;
}

std::size_t endingOf(std::string_view path) {
    const std::size_t dot = path.rfind('.');
    const std::size_t slash = path.rfind('/');
    return dot == std::string_view::npos || (slash != std::string_view::npos && dot < slash) ? path.size() : dot;
}

} // namespace

base::Result<std::string> makeRecordingPath(std::string_view pattern, const hub::StreamKey& key, std::int64_t unixMs) {
    for (const std::string* name : {&key.vhost, &key.app, &key.stream})
        if (!isSafeName(*name)) return base::Error{"the stream's name cannot be one of a file"};
    std::string whole(pattern);
    if (!whole.ends_with(".flv") && !whole.ends_with(".mp4")) {
        while (whole.ends_with('/')) whole.pop_back();
        whole += kFileInFolder;
    }
    std::string path = replace(whole, variablesOf(key, unixMs));
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
