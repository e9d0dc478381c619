#include "config/GuardNames.h"

#include "config/DirectiveTable.h"

#include <Poco/String.h>

#include <algorithm>
#include <array>
#include <span>
#include <string>

namespace hookcast::config {

namespace {

constexpr std::array<std::string_view, 4> kParts = {"notify", "hook", "callback", "auth"};
constexpr std::array<std::string_view, 10> kNames = {"onconnect", "onclose", "onpublish",    "onunpublish", "onplay",
                                                     "onstop",    "ondone",  "notifymethod", "security",    "refer"};

/// In lower case and without what separates words.
std::string plain(std::string_view name) {
    std::string text = Poco::toLower(std::string(name));
    std::erase_if(text, [](char c) { return c == '_' || c == '-' || c == '.'; });
    return text;
}

bool isOneOf(std::string_view value, std::span<const std::string_view> words) {
    return std::ranges::find(words, Poco::toLower(std::string(value))) != words.end();
}

} // namespace

bool looksLikeGuard(std::string_view name) {
    constexpr std::size_t kLongestCompared = 64;
    if (name.size() > kLongestCompared) return false;
    const std::string lower = Poco::toLower(std::string(name));
    if (lower.starts_with("on_") || lower.starts_with("on-")) return true;
    const std::string text = plain(name);
    if (text.starts_with("webhook")) return false;                                // events, which let nobody in
    if (text.starts_with("author") && !text.starts_with("authori")) return false; // who wrote the file
    const auto holds = [&text](std::string_view part) { return text.find(part) != std::string::npos; };
    if (std::ranges::any_of(kParts, holds)) return true;
    const auto isNear = [&text](std::string_view known) { return editDistance(text, known) <= known.size() / 6; };
    return std::ranges::any_of(kNames, isNear);
}

bool saysOff(std::string_view value) {
    constexpr std::array<std::string_view, 6> kOff = {"", "0", "off", "false", "no", "none"};
    return isOneOf(value, kOff);
}

bool saysOn(std::string_view value) {
    constexpr std::array<std::string_view, 4> kOn = {"1", "on", "true", "yes"};
    return isOneOf(value, kOn);
}

} // namespace hookcast::config
