#pragma once

#include "base/Result.h"

#include <cstdint>
#include <string>

namespace hookcast::load {

/// A stream's URL taken apart: SCHEME://HOST[:PORT]/APP/STREAM[?QUERY], the scheme rtmp, rtsp, http or ws, or one of
/// them through TLS: rtmps, rtsps, https, wss.
struct Target {
    std::string url;    ///< as it was given
    std::string scheme; ///< of what is spoken within
    bool isTls = false;
    std::string host;
    std::uint16_t port = 0;
    std::string app;
    std::string stream; ///< with its query
    std::string tcUrl;
    std::string path; ///< all behind host and port

    static base::Result<Target> parse(const std::string& url);
};

/// `url` with `%d` replaced by `number`.
std::string numbered(const std::string& url, unsigned number);

} // namespace hookcast::load
