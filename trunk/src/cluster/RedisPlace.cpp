#include "cluster/RedisPlace.h"

#include "base/Result.h"
#include "cluster/ScriptAnswers.h"

#include <algorithm>
#include <exception>
#include <stdexcept>

namespace hookcast::cluster {

namespace {

/// The sentinel that has told it is asked first the next time.
config::RedisAddress masterOf(RedisPlace& place) {
    std::string last = "no sentinel is named";
    for (auto sentinel = place.sentinels.begin(); sentinel != place.sentinels.end(); ++sentinel) {
        try {
            RedisConnection asked(*sentinel, place.caFile, place.timeoutMs);
            const MasterAddress address = readMasterAddress(
                RedisConnection::textsOf(asked.call({"SENTINEL", "get-master-addr-by-name", place.master})));
            config::RedisAddress master = place.server;
            master.host = address.host;
            master.port = address.port;
            std::rotate(place.sentinels.begin(), sentinel, sentinel + 1);
            return master;
        } catch (const std::exception& e) {
            last = sentinel->host + ": " + RedisConnection::reasonOf(e);
        }
    }
    throw std::runtime_error("no sentinel tells where the master " + place.master + " is; the last one: " + last);
}

} // namespace

RedisPlace RedisPlace::of(const config::ClusterConfig& config) {
    // An answer that comes after a part of the lease is of no use.
    constexpr std::int64_t kMostTimeoutMs = 2000;
    constexpr std::int64_t kLeasePart = 4;
    RedisPlace place;
    if (base::Result<config::RedisAddress> read = config::readRedisUrl(config.url)) place.server = read.take();
    for (const std::string& address : config.sentinels)
        if (base::Result<config::RedisAddress> read = config::readSentinel(address))
            place.sentinels.push_back(read.take());
    place.master = config.master;
    place.caFile = config.caFile;
    place.keyPrefix = config.name;
    place.timeoutMs = std::min(kMostTimeoutMs, config.leaseMs / kLeasePart);
    return place;
}

std::unique_ptr<RedisConnection> RedisPlace::connect() {
    return std::make_unique<RedisConnection>(sentinels.empty() ? server : masterOf(*this), caFile, timeoutMs);
}

} // namespace hookcast::cluster
