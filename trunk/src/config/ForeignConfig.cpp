#include "config/ForeignConfig.h"

#include <algorithm>
#include <array>
#include <utility>

namespace hookcast::config {

namespace {

constexpr const char* kYaml = "this is YAML; the configuration here is in SRS's style, as in conf/hookcast.conf: "
                              "'name value;' and 'block { }' (XML and JSON of some other servers are read, too)";
constexpr const char* kNginx =
    "this is a configuration of nginx; the one here is in SRS's style: 'listen 1935;' stands at the top, "
    "'vhost __defaultVhost__ { }' takes the place of server and application, and on_publish and the like go into its "
    "http_notify { } (form fields) or http_hooks { } (JSON); see conf/notify.conf";

bool isKeyChar(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
}

/// `key:` alone or with a value behind a blank, `- item`, or the mark of a document.
bool isYamlLine(std::string_view line) {
    if (line == "---" || line.starts_with("--- ") || line.starts_with("%YAML") || line.starts_with("- ")) return true;
    const std::size_t colon = static_cast<std::size_t>(std::ranges::find_if_not(line, isKeyChar) - line.begin());
    if (colon == 0 || colon >= line.size() || line[colon] != ':') return false;
    const std::string_view rest = line.substr(colon + 1);
    return (rest.empty() || rest.front() == ' ' || rest.front() == '\t') && !rest.ends_with(';');
}

std::string_view trimmed(std::string_view line) {
    constexpr const char* kBlanks = " \t\r";
    const std::size_t begin = line.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return {};
    return line.substr(begin, line.find_last_not_of(kBlanks) - begin + 1);
}

/// `name { child { ... } }` somewhere at the top.
const Directive* findNested(const Directive& root, std::string_view name, std::string_view child) {
    for (const Directive& one : root.children)
        if (one.name == name && one.hasBlock && one.find(child) != nullptr) return &one;
    return nullptr;
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kAnywhere = {
    {{"\uFF1B", ";"}, {"\uFF5B", "{"}, {"\uFF5D", "}"}, {"\u3000", " "}, {"\u00A0", " "}, {"\uFF1A//", "://"}}};
/// What means something in a URL, or between two.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kInUrls = {
    {{"\uFF0C", ","}, {"\u3001", ","}, {"\uFF1F", "?"}, {"\uFF06", "&"}, {"\uFF1D", "="}, {"\uFF0F", "/"}}};
/// What means something where a word begins.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kInFront = {
    {{"\uFF03", "#"}, {"\uFF02", "\""}, {"\u201C", "\""}, {"\u201D", "\""}, {"\u2018", "'"}, {"\u2019", "'"}}};

} // namespace

std::optional<ForeignConfig> foreignText(std::string_view text, const std::string& fileName) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    for (int number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.empty() || line.starts_with('#')) continue;
        if (!isYamlLine(line)) return std::nullopt;
        return ForeignConfig{{fileName, number, 1}, kYaml};
    }
    return std::nullopt;
}

std::optional<ForeignConfig> foreignTree(const Directive& root) {
    const Directive* sign = nullptr;
    for (const char* name : {"rtmp", "http", "stream", "mail"})
        if (sign == nullptr) sign = findNested(root, name, "server");
    if (sign == nullptr) sign = root.find("worker_processes");
    if (sign == nullptr) sign = root.find("events");
    if (sign == nullptr) return std::nullopt;
    return ForeignConfig{sign->location, kNginx};
}

std::optional<LookAlike> lookAlikeIn(std::string_view word) {
    for (const auto& [found, meant] : kInFront)
        if (word.starts_with(found)) return LookAlike{0, found, meant};
    std::optional<LookAlike> first;
    const auto look = [&](std::string_view found, std::string_view meant) {
        const std::size_t at = word.find(found);
        if (at != std::string_view::npos && (!first || at < first->at)) first = LookAlike{at, found, meant};
    };
    for (const auto& [found, meant] : kAnywhere) look(found, meant);
    if (word.find("://") == std::string_view::npos) return first;
    for (const auto& [found, meant] : kInUrls) look(found, meant);
    return first;
}

} // namespace hookcast::config
