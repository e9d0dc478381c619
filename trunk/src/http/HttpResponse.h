#pragma once

#include "base/Bytes.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::http {

/// What a request is answered with.
struct HttpResponse {
    using Fields = std::vector<std::pair<std::string, std::string>>;

    int status = 200;
    std::string contentType; ///< empty: none
    std::string body;
    Fields fields;                          ///< beside those that every answer has, each name once
    bool close = false;                     ///< the connection ends with it
    bool isStream = false;                  ///< its body has no length and comes later
    std::optional<std::uint64_t> bodyBytes; ///< its body has this length and comes later
};

/// A short answer in words, for people.
HttpResponse textResponse(int status, const std::string& text);

/// How answers are written on one connection and to one request.
struct ResponseFraming {
    std::string serverName;   ///< Server
    std::int64_t unixS = 0;   ///< Date
    bool crossdomain = false; ///< with the CORS fields (Fetch standard, 3.2)
    bool keepAlive = false;   ///< the connection goes on
    bool headOnly = false;    ///< the request was HEAD: the length is that of the body, which is left out
};

/// Its fields, but for Connection, which only HTTP/1 has.
HttpResponse::Fields responseFields(const HttpResponse& response, const ResponseFraming& framing);

/// Whether an answer with this status has a body, be it one of no bytes (RFC 9110, section 6.4.1).
bool mayHaveBody(int status);

/// Status line, fields and body.
std::string writeResponse(const HttpResponse& response, const ResponseFraming& framing);

} // namespace hookcast::http
