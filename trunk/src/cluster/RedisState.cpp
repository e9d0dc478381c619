#include "cluster/RedisState.h"

#include "base/RandomId.h"

#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

namespace hookcast::cluster {

namespace {

constexpr std::size_t kHistoryLength = 16;

/// KEYS: the fields, their revisions. ARGV: the history that the caller knows, one to begin where there is none, the
/// revision that it knows, how many changes; then each change: how many conditions, how many writes, and these, a name
/// and a value each. An empty value is a field that is not there.
/// Returns the history, the revision, one digit a change (1: it has happened), and names and values of the news.
constexpr const char* kScript = R"(
local fields, revisions = KEYS[1], KEYS[2]
local history = redis.call('HGET', fields, '@history')
if not history then
  history = ARGV[2]
  redis.call('HSET', fields, '@history', history)
end
local known = history == ARGV[1]
local revision = tonumber(redis.call('HGET', fields, '@revision') or '0')
local at, applied = 5, ''
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
      else
        redis.call('HSET', fields, ARGV[at], ARGV[at + 1])
      end
      redis.call('ZADD', revisions, revision, ARGV[at])
    end
    at = at + 2
  end
  applied = applied .. (fits and '1' or '0')
end
redis.call('HSET', fields, '@revision', revision)
local since = known and ARGV[3] or '0'
local answer = {history, tostring(revision), applied}
for _, name in ipairs(redis.call('ZRANGEBYSCORE', revisions, '(' .. since, '+inf')) do
  answer[#answer + 1] = name
  answer[#answer + 1] = redis.call('HGET', fields, name) or ''
end
return answer
)";

/// Of INFO: `run_id:abc`.
std::string runIdIn(const std::string& info) {
    constexpr std::string_view kName = "run_id:";
    const std::size_t at = info.find(kName);
    if (at == std::string::npos) throw std::runtime_error("a Redis that does not tell its run_id");
    return info.substr(at + kName.size(), info.find('\r', at) - at - kName.size());
}

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
                                          std::to_string(exchange.changes.size())};
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
    constexpr std::size_t kHead = 3;
    if (answer.size() < kHead || answer.size() % 2 != kHead % 2 || answer[2].size() != exchange.changes.size())
        throw std::runtime_error("an answer that the script does not give");
    Outcome outcome;
    outcome.isNewHistory = std::exchange(history_, answer[0]) != answer[0];
    outcome.history = runId_ + "/" + history_;
    outcome.revision = std::stoull(answer[1]);
    for (const char digit : answer[2]) outcome.applied.push_back(digit == '1');
    for (std::size_t i = kHead; i < answer.size(); i += 2) outcome.news.push_back({answer[i], answer[i + 1]});
    return outcome;
}

void RedisState::connect() {
    auto connection = place_.connect();
    const std::string runId = runIdIn(connection->text({"INFO", "server"}));
    scriptHash_ = connection->text({"SCRIPT", "LOAD", kScript});
    if (std::exchange(runId_, runId) != runId) history_.clear();
    connection_ = std::move(connection);
}

RedisConnection::Reply RedisState::runScript(const std::vector<std::string>& arguments) {
    std::vector<std::string> words = {"EVALSHA", scriptHash_, "2", place_.key("fields"), place_.key("revisions")};
    words.insert(words.end(), arguments.begin(), arguments.end());
    return connection_->call(words);
}

} // namespace hookcast::cluster
