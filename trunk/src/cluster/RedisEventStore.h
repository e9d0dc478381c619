#pragma once

#include "cluster/EventStore.h"
#include "cluster/RedisConnection.h"
#include "cluster/RedisPlace.h"

#include <memory>
#include <string>
#include <vector>

namespace hookcast::cluster {

/// The events in a Redis: of each webhook a stream with a consumer group, in which what is on its way is pending.
/// Beside it, a hash that says who holds the right to take, and for each node a list of its entries, and a hash with
/// its last number and how many have been told. Each call is one script. What fails closes the connection.
///
/// One thread, which waits.
class RedisEventStore final : public EventStore {
  public:
    explicit RedisEventStore(RedisPlace place) : place_(std::move(place)) {}

    AdditionOutcome add(const std::string& webhook, const Addition& addition) override;
    TurnOutcome serve(const std::string& webhook, const Turn& turn) override;

    /// Until then, who has not been reached is not called again: calls throw at once.
    void allowToConnect() { cannotConnect_.clear(); }

  private:
    std::vector<std::string> run(const std::string& scriptHash, const std::string& webhook,
                                 const std::vector<std::string>& arguments);
    void connect();

    // given
    RedisPlace place_;
    // owned
    std::unique_ptr<RedisConnection> connection_;
    // state
    std::string addScript_;
    std::string serveScript_;
    std::string cannotConnect_; ///< why
};

} // namespace hookcast::cluster
