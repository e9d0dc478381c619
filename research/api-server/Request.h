#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookcast::mock {

/// Names in lower case, in the order of arrival; a name that came several times stands here several times.
using Headers = std::vector<std::pair<std::string, std::string>>;

/// One HTTP request, wholly read. Plain data; nothing in it has been decoded.
struct Request {
    std::string method;
    std::string path;
    std::string query;   ///< without the question mark
    std::string version; ///< such as "HTTP/1.1"
    Headers headers;
    std::string body;
    std::string clientAddress;
    std::uint16_t clientPort = 0; ///< tells the connections of one client apart
};

/// The first header of that name, given in lower case; empty when there is none.
std::string_view headerValue(const Headers& headers, std::string_view lowerCaseName);

} // namespace hookcast::mock
