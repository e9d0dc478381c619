#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hookcast::rtsp {

/// What a request's URL means beside the stream: clients append a slash, or the control attribute of a track.
struct RequestUrl {
    std::string base;                 ///< the stream's URL, without trailing slash
    std::optional<std::size_t> track; ///< of our own `trackID=N`
};

RequestUrl splitRequestUrl(std::string_view url);

} // namespace hookcast::rtsp
