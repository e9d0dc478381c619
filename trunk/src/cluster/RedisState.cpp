#include "cluster/RedisState.h"

#include "base/RandomId.h"
#include "cluster/ScriptAnswers.h"

#include <fmt/format.h>

#include <cstdint>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace hookcast::cluster {

namespace {

constexpr std::size_t kHistoryLength = 16;

/// Names of fields that are gone are kept, so that whoever asks hears of it, but so many only.
constexpr std::size_t kMostGone = 10'000;

/// KEYS: the fields, their revisions, those of fields that are gone. ARGV: the history that the caller knows, one to
/// begin where there is none, the revision that it knows, how many changes, how many names that are gone are kept; then
/// each change: how many conditions, how many writes, and these, a name and a value each. An empty value is a field
/// that is not there. Returns the history, the revision, one digit a change (1: it has happened), 1 where the news are
/// all that there is, and names and values of the news.
///
/// The newest revision is that of some field, and who has a revision is there or gone, or something has got lost: an
/// eviction takes one key and leaves the others. Nothing is written before all keys have been read, which fails where
/// they are of another type; and something always is, so that a replica, or a master that has lost its replicas,
/// refuses.
constexpr const char* kScript = R"(
local fields, revisions, gone = KEYS[1], KEYS[2], KEYS[3]
local history = redis.call('HGET', fields, '@history')
local revision = tonumber(redis.call('HGET', fields, '@revision') or '0')
local newest = redis.call('ZREVRANGE', revisions, 0, 0, 'WITHSCORES')
local horizon = redis.call('HGET', fields, '@horizon')
local there = redis.call('HLEN', fields) - (horizon and 3 or 2)
local whole = tonumber(newest[2] or '0') == revision and
              redis.call('ZCARD', revisions) == there + redis.call('ZCARD', gone)
if not history or not whole then
  history, revision, horizon = ARGV[2], 0, false
  redis.call('DEL', revisions, gone)
  redis.call('HDEL', fields, '@horizon')
  for _, name in ipairs(redis.call('HKEYS', fields)) do
    if name:sub(1, 1) ~= '@' then
      revision = revision + 1
      redis.call('ZADD', revisions, revision, name)
    end
  end
  redis.call('HSET', fields, '@history', history)
end
local known = history == ARGV[1]
local removed = false
local at, applied = 6, ''
for _ = 1, tonumber(ARGV[4]) do
  local conditions, writes = tonumber(ARGV[at]), tonumber(ARGV[at + 1])
  at = at + 2
  local fits = known
  for _ = 1, conditions do
    if fits and (redis.call('HGET', fields, ARGV[at]) or '') ~= ARGV[at + 1] then fits = false end
    at = at + 2
  end
  for _ = 1, writes do
    if fits then
      revision = revision + 1
      if ARGV[at + 1] == '' then
        redis.call('HDEL', fields, ARGV[at])
        redis.call('ZADD', gone, revision, ARGV[at])
        removed = true
      else
        if redis.call('HSET', fields, ARGV[at], ARGV[at + 1]) == 1 then redis.call('ZREM', gone, ARGV[at]) end
      end
      redis.call('ZADD', revisions, revision, ARGV[at])
    end
    at = at + 2
  end
  applied = applied .. (fits and '1' or '0')
end
redis.call('HSET', fields, '@revision', revision)
if removed then
  local most = tonumber(ARGV[5])
  if redis.call('ZCARD', gone) > 2 * most then
    local forgotten = redis.call('ZPOPMIN', gone, most)
    for i = 1, #forgotten, 2 do redis.call('ZREM', revisions, forgotten[i]) end
    horizon = forgotten[#forgotten]
    redis.call('HSET', fields, '@horizon', horizon)
  end
end
local complete = not known or tonumber(ARGV[3]) < tonumber(horizon or '0')
local answer = {history, tostring(revision), applied, complete and '1' or '0'}
for _, name in ipairs(redis.call('ZRANGEBYSCORE', revisions, '(' .. (complete and '0' or ARGV[3]), '+inf')) do
  answer[#answer + 1] = name
  answer[#answer + 1] = redis.call('HGET', fields, name) or ''
end
return answer
)";

} // namespace

RedisState::RedisState(RedisPlace place, base::Log& log) : place_(std::move(place)), worker_(log, "redis") {}

void RedisState::exchange(Exchange exchange, OnOutcome onOutcome) {
    worker_.post([this, exchange = std::move(exchange), onOutcome = std::move(onOutcome)] {
        std::optional<base::Result<Outcome>> outcome;
        try {
            outcome.emplace(talk(exchange));
        } catch (const std::exception& e) {
            connection_.reset();
            outcome.emplace(base::Error{RedisConnection::reasonOf(e)});
        }
        onOutcome(*outcome);
    });
}

Outcome RedisState::talk(const Exchange& exchange) {
    if (connection_ == nullptr) connect();
    std::vector<std::string> arguments = {history_, base::randomId(kHistoryLength), std::to_string(exchange.revision),
                                          std::to_string(exchange.changes.size()), std::to_string(kMostGone)};
    for (const Change& change : exchange.changes) {
        arguments.push_back(std::to_string(change.conditions.size()));
        arguments.push_back(std::to_string(change.writes.size()));
        for (const auto* part : {&change.conditions, &change.writes}) {
            for (const Field& field : *part) {
                arguments.push_back(field.name);
                arguments.push_back(field.value);
            }
        }
    }
    const std::vector<std::string> answer = RedisConnection::textsOf(runScript(arguments));
    Outcome outcome = readExchange(answer, exchange.changes.size());
    outcome.isNewHistory = std::exchange(history_, answer[0]) != answer[0];
    outcome.history = runId_ + "/" + history_;
    outcome.serverUnixMs = std::exchange(serverUnixMs_, 0);
    return outcome;
}

void RedisState::connect() {
    auto connection = place_.connect();
    const std::string runId = runIdIn(connection->text({"INFO", "server"}));
    serverUnixMs_ = unixMsIn(RedisConnection::textsOf(connection->call({"TIME"})));
    loadScript(*connection);
    if (std::exchange(runId_, runId) != runId) history_.clear();
    connection_ = std::move(connection);
}

RedisConnection::Reply RedisState::runScript(const std::vector<std::string>& arguments) {
    const std::string fields = place_.key("fields");
    const std::string revisions = place_.key("revisions");
    std::vector<std::string> words = {"EVALSHA", scriptHash_, "3", fields, revisions, place_.key("gone")};
    words.insert(words.end(), arguments.begin(), arguments.end());
    try {
        return connection_->call(words);
    } catch (const std::runtime_error& e) {
        const std::string_view why = e.what();
        if (why.starts_with("WRONGTYPE"))
            throw std::runtime_error(fmt::format("{} or {} is not a cluster's: {}", fields, revisions, why));
        if (!why.starts_with("NOSCRIPT")) throw;
    }
    // Somebody has flushed the scripts.
    loadScript(*connection_);
    return connection_->call(words);
}

void RedisState::loadScript(RedisConnection& connection) {
    scriptHash_ = connection.text({"SCRIPT", "LOAD", kScript});
}

} // namespace hookcast::cluster
