#pragma once

#include "config/RtspAuth.h"
#include "rtsp/Authorization.h"

#include <optional>
#include <string>
#include <string_view>

namespace hookcast::rtsp {

// The arithmetic of RFC 7616. `scheme` is one of the two of Digest. Any thread.

/// As it stands in challenges.
std::string_view algorithmOf(config::RtspAuthScheme scheme);

/// The digest of `text` in lower-case hexadecimal digits; none where the system's cryptography does not have it, as
/// where rules forbid MD5.
std::optional<std::string> digestOf(config::RtspAuthScheme scheme, std::string_view text);

/// What stands behind HA1 and its colon in the text that the response is the digest of (3.4.1). With quality of
/// protection, where the answer says `qop`, else as clients do it that know RFC 2069.
std::optional<std::string> digestRest(config::RtspAuthScheme scheme, const DigestAnswer& answer,
                                      std::string_view method);

/// What cannot be a response, a count or a protection of this scheme, in words for the log; empty where all of them
/// can.
std::string_view faultIn(config::RtspAuthScheme scheme, const DigestAnswer& answer);

} // namespace hookcast::rtsp
