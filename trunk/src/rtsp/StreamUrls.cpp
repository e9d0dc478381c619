#include "rtsp/StreamUrls.h"

#include <charconv>
#include <system_error>

namespace hookcast::rtsp {

namespace {

constexpr std::string_view kTrack = "/trackID=";

void cutSlashes(std::string_view& url) {
    while (url.ends_with('/')) url.remove_suffix(1);
}

} // namespace

RequestUrl splitRequestUrl(std::string_view url) {
    cutSlashes(url);
    RequestUrl split;
    const std::size_t at = url.rfind(kTrack);
    if (at != std::string_view::npos) {
        const std::string_view number = url.substr(at + kTrack.size());
        std::size_t track = 0;
        const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), track);
        if (error == std::errc() && end == number.data() + number.size()) {
            split.track = track;
            url = url.substr(0, at);
            cutSlashes(url);
        }
    }
    split.base = url;
    return split;
}

} // namespace hookcast::rtsp
