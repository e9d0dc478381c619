#pragma once

#include "base/Log.h"
#include "base/WorkerThread.h"
#include "cluster/RedisConnection.h"
#include "cluster/RedisPlace.h"
#include "cluster/SharedState.h"

#include <memory>
#include <string>
#include <vector>

namespace hookcast::cluster {

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
    void loadScript(RedisConnection& connection);
    RedisConnection::Reply runScript(const std::vector<std::string>& arguments);

    // given
    RedisPlace place_;
    // owned, on the worker
    std::unique_ptr<RedisConnection> connection_;
    // state, on the worker
    std::string runId_;             ///< of the server that answered last
    std::int64_t serverUnixMs_ = 0; ///< as the connection began, until it has been told
    std::string history_;           ///< as written there; empty: not known
    std::string scriptHash_;
    // owned; last, as its tasks use all of the above
    base::WorkerThread worker_;
};

} // namespace hookcast::cluster
