#pragma once

#include "base/Result.h"

#include <cstdint>
#include <string>

namespace hookcast::load {

/// A stream's URL taken apart: rtmp://HOST[:PORT]/APP/STREAM[?QUERY].
struct Target {
    std::string host;
    std::uint16_t port = 1935;
    std::string app;
    std::string stream; ///< with its query
    std::string tcUrl;

    static base::Result<Target> parse(const std::string& url);
};

/// `url` with `%d` replaced by `number`.
std::string numbered(const std::string& url, unsigned number);

} // namespace hookcast::load
