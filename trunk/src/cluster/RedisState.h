#pragma once

#include "base/Log.h"
#include "base/WorkerThread.h"
#include "cluster/RedisConnection.h"
#include "cluster/SharedState.h"
#include "config/Config.h"
#include "config/RedisAddress.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace hookcast::cluster {

/// Where the state is kept.
struct RedisPlace {
    config::RedisAddress server;                 ///< its host and port count where no sentinel is named
    std::vector<config::RedisAddress> sentinels; ///< asked where the master is; who has told last comes first
    std::string master;                          ///< by which name they know it
    std::string caFile;
    std::string keyPrefix;         ///< of the two keys that are used
    std::int64_t timeoutMs = 2000; ///< of connecting, and of each call as a whole

    /// What a checked configuration says.
    static RedisPlace of(const config::ClusterConfig& config);
};

/// The shared state in a Redis: a hash with the fields, and beside it, for each, in which revision it was last written.
/// An exchange is one script, which Redis runs as a whole. What fails closes the connection; the next exchange opens
/// another one, and says that the history is new if another server is at its other end.
///
/// Any thread; waits for Redis on a thread of its own.
class RedisState final : public SharedState {
  public:
    /// `log` outlives it.
    RedisState(RedisPlace place, base::Log& log);

    void exchange(Exchange exchange, OnOutcome onOutcome) override;

  private:
    Outcome talk(const Exchange& exchange);
    void connect();
    config::RedisAddress findMaster();
    void loadScript(RedisConnection& connection);
    RedisConnection::Reply runScript(const std::vector<std::string>& arguments);

    // given
    RedisPlace place_;
    // owned, on the worker
    std::unique_ptr<RedisConnection> connection_;
    // state, on the worker
    std::string runId_;   ///< of the server that answered last
    std::string history_; ///< as written there; empty: not known
    std::string scriptHash_;
    // owned; last, as its tasks use all of the above
    base::WorkerThread worker_;
};

} // namespace hookcast::cluster
