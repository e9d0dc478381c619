#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hookcast::rtsp {

/// What a request's URL means beside the stream: clients append a slash, or the control attribute of a track, to its
/// path or to its query.
struct RequestUrl {
    std::string base;                 ///< the stream's URL, with its query; neither ends with a slash
    std::optional<std::size_t> track; ///< of our own `trackID=N`
};

RequestUrl splitRequestUrl(std::string_view url);

/// A URL up to its query.
std::string_view withoutQuery(std::string_view url);

/// The stream's URL in the URL of a track: without `control`, a relative one, at the end of the path or of the query.
/// None when it is at neither.
std::optional<std::string> withoutControl(std::string_view url, std::string_view control);

/// Which track of `controls`, as a description has them, a request's URL names with an absolute one (RFC 2326, C.1.1).
/// Clients leave out the query, or write it anew; that decides only between controls that differ in nothing else.
std::optional<std::size_t> findAbsoluteControl(std::string_view url, std::span<const std::string> controls);

} // namespace hookcast::rtsp
