#pragma once

#include "base/Result.h"

#include <string>
#include <string_view>
#include <variant>

namespace hookcast::rtsp {

/// User and password as they are (RFC 7617).
struct BasicAnswer {
    std::string user; ///< as the password, UTF-8 without control characters; may be empty
    std::string password;

    bool operator==(const BasicAnswer&) const = default;
};

/// What answers a Digest challenge (RFC 7616, 3.4), as the client writes it, without quotes and escapes. What it leaves
/// out is empty.
struct DigestAnswer {
    std::string user; ///< UTF-8 without control characters
    std::string realm;
    std::string nonce;
    std::string uri;
    std::string response;
    std::string algorithm;
    std::string qop;
    std::string nonceCount;
    std::string clientNonce;

    bool operator==(const DigestAnswer&) const = default;
};

using Authorization = std::variant<BasicAnswer, DigestAnswer>;

/// Reads an Authorization header (RFC 9110, 11.6.2). Parameters that it does not know count for nothing; one that
/// stands there twice, or without a value, is an error, as is a user that only a hash of is told (userhash). The error
/// has nothing of the header in it.
base::Result<Authorization> parseAuthorization(std::string_view header);

/// The user that it names.
const std::string& userOf(const Authorization& authorization);

} // namespace hookcast::rtsp
