#pragma once

#include "cluster/RedisConnection.h"
#include "config/Config.h"
#include "config/RedisAddress.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::cluster {

/// Where a cluster keeps what its nodes share.
struct RedisPlace {
    config::RedisAddress server;                 ///< its host and port count where no sentinel is named
    std::vector<config::RedisAddress> sentinels; ///< asked, in this order, where the master is
    std::string master;                          ///< by which name they know it
    std::string caFile;
    std::string keyPrefix;         ///< all keys have it, as their hash tag
    std::int64_t timeoutMs = 2000; ///< of connecting, and of each call as a whole

    /// What a checked configuration says.
    static RedisPlace of(const config::ClusterConfig& config);

    /// To the Redis, or to the master that the sentinels tell. Waits; throws std::exception.
    std::unique_ptr<RedisConnection> connect();

    /// `{PREFIX}:name`
    std::string key(const std::string& name) const { return "{" + keyPrefix + "}:" + name; }
};

} // namespace hookcast::cluster
