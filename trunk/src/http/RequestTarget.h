#pragma once

#include "base/Result.h"

#include <string>
#include <string_view>

namespace hookcast::http {

/// Where a request goes.
struct RequestTarget {
    std::string url;   ///< whole: `http://HOST/path?query`, or https, byte for byte as the client wrote its parts
    std::string path;  ///< decoded, from its first slash on
    std::string query; ///< with its `?`, byte for byte; empty when there is none
};

/// Reads a request line's target, `/path?query` or a whole URL (RFC 9112, 3.2), and the Host field.
/// `scheme`: that of the connection.
///
/// An error: neither form, no host, a broken percent-encoding, or a path that could leave its root or deceive: a
/// segment `.` or `..`, an encoded slash, a control character. A backslash is a character like any other.
base::Result<RequestTarget> readTarget(std::string_view target, std::string_view host,
                                       std::string_view scheme = "http");

/// The target without its query, which may hold a secret, for the log.
std::string_view withoutQuery(std::string_view target);

} // namespace hookcast::http
