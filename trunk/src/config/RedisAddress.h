#pragma once

#include "base/Result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace hookcast::config {

/// Where a Redis is, and who one is there.
struct RedisAddress {
    static constexpr std::uint16_t kDefaultPort = 6379;
    static constexpr std::uint16_t kDefaultSentinelPort = 26379;

    std::string host;
    std::uint16_t port = kDefaultPort;
    bool isTls = false;
    std::string user; ///< empty: Redis' default user
    std::string password;
    std::uint32_t database = 0;
};

/// `redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE]`, or `rediss` for TLS. The error holds nothing of the text.
base::Result<RedisAddress> readRedisUrl(const std::string& url);

/// `HOST[:PORT]`, of a sentinel.
base::Result<RedisAddress> readSentinel(const std::string& address);

/// Whether a node may be called so: its name stands in records and in webhooks.
bool isNodeName(std::string_view name);

} // namespace hookcast::config
