#include "hub/NameVariables.h"

#include <fmt/format.h>

#include <algorithm>

namespace hookcast::hub {

namespace {

/// Of Linux: NAME_MAX, less what is added while a file is written.
constexpr std::size_t kLongestPart = 240;

bool isSafePart(std::string_view part) {
    return !part.empty() && part != "." && part != ".." && part.size() <= kLongestPart &&
           part.find('\0') == std::string_view::npos;
}

} // namespace

Variables variablesOf(const hooks::StreamKey& key, std::int64_t unixMs, base::TimeZone zone) {
    const std::tm time = base::calendarOf(unixMs / 1000, zone);
    return {{"[vhost]", key.vhost},
            {"[app]", key.app},
            {"[stream]", key.stream},
            {"[timestamp]", std::to_string(unixMs)},
            {"[2006]", fmt::format("{:04}", time.tm_year + 1900)},
            {"[01]", fmt::format("{:02}", time.tm_mon + 1)},
            {"[02]", fmt::format("{:02}", time.tm_mday)},
            {"[15]", fmt::format("{:02}", time.tm_hour)},
            {"[04]", fmt::format("{:02}", time.tm_min)},
            {"[05]", fmt::format("{:02}", time.tm_sec)},
            {"[999]", fmt::format("{:03}", unixMs % 1000)}};
}

std::string replaceVariables(std::string_view pattern, const Variables& variables) {
    std::string text;
    while (!pattern.empty()) {
        const auto found = std::ranges::find_if(
            variables, [pattern](const auto& variable) { return pattern.starts_with(variable.first); });
        const std::size_t taken = found == variables.end() ? 1 : found->first.size();
        text += found == variables.end() ? pattern.substr(0, 1) : std::string_view(found->second);
        pattern.remove_prefix(taken);
    }
    return text;
}

bool isSafeFileName(std::string_view name) {
    for (;;) {
        const std::size_t slash = name.find('/');
        if (!isSafePart(name.substr(0, slash))) return false;
        if (slash == std::string_view::npos) return true;
        name.remove_prefix(slash + 1);
    }
}

} // namespace hookcast::hub
