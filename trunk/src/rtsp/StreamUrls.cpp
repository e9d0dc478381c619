#include "rtsp/StreamUrls.h"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace hookcast::rtsp {

namespace {

constexpr std::string_view kTrack = "/trackID=";

std::string_view withoutSlashes(std::string_view text) {
    while (text.ends_with('/')) text.remove_suffix(1);
    return text;
}

/// The number behind kTrack at the end of `text`, which is cut off with it.
std::optional<std::size_t> takeTrack(std::string_view& text) {
    const std::size_t at = text.rfind(kTrack);
    if (at == std::string_view::npos) return std::nullopt;
    const std::string_view number = text.substr(at + kTrack.size());
    std::size_t track = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), track);
    if (error != std::errc() || end != number.data() + number.size()) return std::nullopt;
    text = withoutSlashes(text.substr(0, at));
    return track;
}

/// Cuts `/control` off the end of `text`.
bool takeControl(std::string_view& text, std::string_view control) {
    const std::string_view trimmed = withoutSlashes(text);
    if (!trimmed.ends_with(control)) return false;
    const std::string_view rest = trimmed.substr(0, trimmed.size() - control.size());
    if (!rest.ends_with('/')) return false;
    text = withoutSlashes(rest);
    return true;
}

bool isAbsolute(std::string_view control) {
    return control.find("://") != std::string_view::npos;
}

} // namespace

std::string_view withoutQuery(std::string_view url) {
    return url.substr(0, url.find('?'));
}

RequestUrl splitRequestUrl(std::string_view url) {
    std::string_view path = withoutQuery(url);
    std::string_view query = withoutSlashes(url.substr(path.size()));
    path = withoutSlashes(path);
    RequestUrl split;
    split.track = takeTrack(query);
    if (!split.track) split.track = takeTrack(path);
    split.base = path;
    split.base += query;
    return split;
}

std::optional<std::string> withoutControl(std::string_view url, std::string_view control) {
    while (control.starts_with('/')) control.remove_prefix(1);
    control = withoutSlashes(control);
    // A control may hold a question mark itself.
    if (std::string_view whole = url; takeControl(whole, control)) return std::string(whole);
    std::string_view path = withoutQuery(url);
    const std::string_view query = url.substr(path.size());
    if (!takeControl(path, control)) return std::nullopt;
    std::string base(path);
    base += query;
    return base;
}

std::optional<std::size_t> findAbsoluteControl(std::string_view url, std::span<const std::string> controls) {
    const auto indexOf = [controls](const auto found) { return static_cast<std::size_t>(found - controls.begin()); };
    const auto same = std::ranges::find(controls, url);
    if (isAbsolute(url) && same != controls.end()) return indexOf(same);
    const auto matches = [path = withoutQuery(url)](const std::string& control) {
        return isAbsolute(control) && withoutQuery(control) == path;
    };
    if (std::ranges::count_if(controls, matches) != 1) return std::nullopt;
    return indexOf(std::ranges::find_if(controls, matches));
}

} // namespace hookcast::rtsp
