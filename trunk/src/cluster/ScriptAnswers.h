#pragma once

#include "cluster/EventStore.h"
#include "cluster/SharedState.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// What a Redis answers, as texts, and what it means. Pure; any thread. Whatever the answer is, it is read or refused
/// by a std::runtime_error: who is at the other end need not be a Redis, nor one that has our scripts.
namespace hookcast::cluster {

/// What is said of an answer that the script which was called does not give.
inline constexpr const char* kOtherAnswer = "an answer that the script does not give";

/// Of RedisState's script. `history` is as it stands there, without the server's name.
Outcome readExchange(const std::vector<std::string>& answer, std::size_t changes);

/// Of RedisEventStore's scripts. `answer` loses the texts of the events.
EventStore::AdditionOutcome readAddition(const std::vector<std::string>& answer);
EventStore::TurnOutcome readTurn(std::vector<std::string>& answer);

/// Of TIME: seconds, and the microseconds behind them.
std::int64_t unixMsIn(const std::vector<std::string>& time);

/// Of INFO: `run_id:abc`.
std::string runIdIn(const std::string& info);

/// Where a master is, as a sentinel tells it.
struct MasterAddress {
    std::string host;
    std::uint16_t port = 0;
};
MasterAddress readMasterAddress(const std::vector<std::string>& answer);

} // namespace hookcast::cluster
