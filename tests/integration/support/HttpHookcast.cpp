#include "support/HttpHookcast.h"

#include <fmt/format.h>

namespace hookcast::integration {

HttpHookcast::HttpHookcast(std::string_view config, std::string_view serverBlock)
    : server_(fmt::format("http_server {{ enabled on; listen 127.0.0.1:{}; {} }}\n{}", port_.number(), serverBlock,
                          config)) {}

std::string HttpHookcast::httpUrl(std::string_view path) const {
    return fmt::format("http://127.0.0.1:{}/{}", httpPort(), path);
}

} // namespace hookcast::integration
