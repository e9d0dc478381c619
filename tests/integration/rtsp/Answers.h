#pragma once

#include "rtsp/Digest.h"
#include "rtsp/RtspMessage.h"
#include "support/RtspClient.h"

#include <string>
#include <string_view>
#include <vector>

namespace hookcast::integration {

// What a client says that is asked who it is.

/// `user:password`, by Basic.
RtspClient::Headers basic(std::string_view pair);

/// The challenges in an answer, in their order.
std::vector<std::string> challengesIn(const rtsp::RtspResponse& answer);

/// A parameter of the first challenge that has it; empty where none has.
std::string parameterIn(const rtsp::RtspResponse& answer, const std::string& name);

/// By Digest, as one answers who thinks that this is the password; the challenge is the answer's.
struct DigestLogin {
    std::string user = "ann";
    std::string password = "secret";
    config::RtspAuthScheme scheme = config::RtspAuthScheme::DigestMd5;
    std::string qop{}; ///< `auth`, or as RFC 2069 has it

    RtspClient::Headers answer(const rtsp::RtspResponse& challenged, const std::string& method,
                               const std::string& url) const;
};

} // namespace hookcast::integration
