#include "hls/FileNames.h"

#include "base/PercentEncoding.h"
#include "hub/NameVariables.h"

#include <algorithm>
#include <array>
#include <utility>

namespace hookcast::hls {

namespace {

/// Each is digits.
constexpr std::array<std::string_view, 10> kNumbers = {"[seq]", "[duration]", "[timestamp]", "[2006]", "[01]",
                                                       "[02]",  "[15]",       "[04]",        "[05]",   "[999]"};

/// Numbers without text between them can be told apart in as many ways as somebody's file name likes.
constexpr int kMostSteps = 20'000;

class Matcher {
  public:
    explicit Matcher(const hooks::StreamKey& key)
        : names_{{{"[vhost]", key.vhost}, {"[app]", key.app}, {"[stream]", key.stream}}} {}

    bool matches(std::string_view pattern, std::string_view name) {
        if (++steps_ > kMostSteps) return false;
        if (pattern.empty()) return name.empty();
        for (const auto& [variable, value] : names_)
            if (pattern.starts_with(variable))
                return name.starts_with(value) && matches(pattern.substr(variable.size()), name.substr(value.size()));
        for (const std::string_view number : kNumbers)
            if (pattern.starts_with(number)) return matchesDigits(pattern.substr(number.size()), name);
        return name.starts_with(pattern.front()) && matches(pattern.substr(1), name.substr(1));
    }

  private:
    bool matchesDigits(std::string_view pattern, std::string_view name) {
        const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
        while (!name.empty() && isDigit(name.front())) {
            name.remove_prefix(1);
            if (matches(pattern, name)) return true;
        }
        return false;
    }

    // given
    std::array<std::pair<std::string_view, std::string_view>, 3> names_;
    // state
    int steps_ = 0;
};

} // namespace

bool isNameOf(std::string_view pattern, const hooks::StreamKey& key, std::string_view name) {
    while (pattern.starts_with('/') || pattern.starts_with("./")) pattern.remove_prefix(pattern.find('/') + 1);
    return Matcher(key).matches(pattern, name);
}

std::string nameOfUri(std::string_view uri, std::string_view folder, std::string_view prefix) {
    uri = uri.substr(0, uri.find_first_of("?#"));
    const bool hasPrefix = !prefix.empty() && uri.starts_with(prefix);
    if (hasPrefix) {
        uri.remove_prefix(prefix.size());
        folder = {};
    } else if (uri.find("://") != std::string_view::npos) {
        return {};
    }
    if (uri.starts_with('/')) {
        uri.remove_prefix(1);
        folder = {};
    }
    while (uri.starts_with("../")) {
        if (folder.empty()) return {};
        uri.remove_prefix(3);
        folder = folder.substr(0, folder.size() - 1);
        folder = folder.substr(0, folder.rfind('/') + 1);
    }
    const base::Result<std::string> decoded = base::percentDecoded(uri);
    if (!decoded) return {};
    std::string name = std::string(folder) + decoded.value();
    return hub::isSafeFileName(name) ? name : std::string();
}

std::string folderOf(const std::string& name) {
    return name.substr(0, name.rfind('/') + 1);
}

} // namespace hookcast::hls
