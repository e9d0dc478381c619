#include "cluster/RedisState.h"

#include "base/RandomId.h"

#include <Poco/Redis/Array.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace hookcast::cluster {

namespace {

constexpr std::size_t kHistoryLength = 16;
constexpr const char* kOtherAnswer = "an answer that the script does not give";

/// KEYS: the fields, their revisions. ARGV: the history that the caller knows, one to begin where there is none, the
/// revision that it knows, how many changes; then each change: how many conditions, how many writes, and these, a name
/// and a value each. An empty value is a field that is not there.
/// Returns the history, 1 if the caller knew it, the revision, one digit a change (1: it has happened), and names and
/// values of the news.
///
/// The newest revision is that of some field, or something has got lost: an eviction takes one key and leaves the
/// other. Nothing is written before both keys have been read, which fails where they are of another type; and something
/// always is, so that a replica, or a master that has lost its replicas, refuses.
///
/// Fields that are gone keep their revisions, so that others hear of it, until there are too many. Who has not heard of
/// them by then, 5000 revisions later, begins anew.
constexpr const char* kScript = R"(
local fields, revisions = KEYS[1], KEYS[2]
local history = redis.call('HGET', fields, '@history')
local revision = tonumber(redis.call('HGET', fields, '@revision') or '0')
local floor = tonumber(redis.call('HGET', fields, '@floor') or '0')
local newest = redis.call('ZREVRANGE', revisions, 0, 0, 'WITHSCORES')
if not history or not floor or tonumber(newest[2] or '0') ~= revision then
  history, revision, floor = ARGV[2], 0, 0
  redis.call('DEL', revisions)
  redis.call('HDEL', fields, '@floor')
  for _, name in ipairs(redis.call('HKEYS', fields)) do
    if name:sub(1, 1) ~= '@' then
      revision = revision + 1
      redis.call('ZADD', revisions, revision, name)
    end
  end
  redis.call('HSET', fields, '@history', history)
elseif redis.call('ZCARD', revisions) - redis.call('HLEN', fields) > 10000 then
  floor = revision - 5000
  for _, name in ipairs(redis.call('ZRANGEBYSCORE', revisions, '-inf', floor)) do
    if redis.call('HEXISTS', fields, name) == 0 then redis.call('ZREM', revisions, name) end
  end
  redis.call('HSET', fields, '@floor', floor)
end
local known = history == ARGV[1] and tonumber(ARGV[3]) >= floor
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
local answer = {history, known and '1' or '0', tostring(revision), applied}
for _, name in ipairs(redis.call('ZRANGEBYSCORE', revisions, '(' .. since, '+inf')) do
  answer[#answer + 1] = name
  answer[#answer + 1] = redis.call('HGET', fields, name) or ''
end
return answer
)";

std::vector<std::string> textsOf(const RedisConnection::Reply& reply) {
    const auto* array = dynamic_cast<const Poco::Redis::Type<Poco::Redis::Array>*>(reply.get());
    if (array == nullptr || array->value().isNull()) throw std::runtime_error("an answer that is no list");
    std::vector<std::string> texts;
    for (const RedisConnection::Reply& element : array->value()) texts.push_back(RedisConnection::textOf(element));
    return texts;
}

/// Throws std::runtime_error with `why` where the text is none.
template <typename Number>
Number numberIn(const std::string& text, const char* why) {
    Number number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) throw std::runtime_error(why);
    return number;
}

/// Of INFO: `run_id:abc`.
std::string runIdIn(const std::string& info) {
    constexpr std::string_view kName = "run_id:";
    const std::size_t at = info.find(kName);
    if (at == std::string::npos) throw std::runtime_error("a Redis that does not tell its run_id");
    return info.substr(at + kName.size(), info.find('\r', at) - at - kName.size());
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

RedisState::RedisState(RedisPlace place, base::Log& log) : place_(std::move(place)), worker_(log, "redis") {}

void RedisState::exchange(Exchange exchange, OnOutcome onOutcome) {
    worker_.post([this, exchange = std::move(exchange), onOutcome = std::move(onOutcome)] {
        std::optional<base::Result<Outcome>> outcome;
        try {
            outcome.emplace(talk(exchange));
        } catch (const Poco::Exception& e) {
            connection_.reset();
            outcome.emplace(base::Error{e.displayText()});
        } catch (const std::exception& e) {
            connection_.reset();
            outcome.emplace(base::Error{e.what()});
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
    const std::vector<std::string> answer = textsOf(runScript(arguments));
    constexpr std::size_t kHead = 4;
    if (answer.size() < kHead || answer.size() % 2 != kHead % 2 || answer[3].size() != exchange.changes.size())
        throw std::runtime_error(kOtherAnswer);
    const auto revision = numberIn<std::uint64_t>(answer[2], kOtherAnswer);
    Outcome outcome;
    history_ = answer[0];
    outcome.history = runId_ + "/" + history_;
    outcome.isNewHistory = answer[1] != "1";
    outcome.revision = revision;
    for (const char digit : answer[3]) outcome.applied.push_back(digit == '1');
    for (std::size_t i = kHead; i < answer.size(); i += 2) outcome.news.push_back({answer[i], answer[i + 1]});
    return outcome;
}

void RedisState::connect() {
    auto connection = std::make_unique<RedisConnection>(place_.sentinels.empty() ? place_.server : findMaster(),
                                                        place_.caFile, place_.timeoutMs);
    const std::string runId = runIdIn(connection->text({"INFO", "server"}));
    loadScript(*connection);
    if (std::exchange(runId_, runId) != runId) history_.clear();
    connection_ = std::move(connection);
}

config::RedisAddress RedisState::findMaster() {
    constexpr const char* kNoAddress = "an answer that is no address";
    std::string last = "no sentinel is named";
    for (auto sentinel = place_.sentinels.begin(); sentinel != place_.sentinels.end(); ++sentinel) {
        try {
            RedisConnection asked(*sentinel, place_.caFile, place_.timeoutMs);
            const std::vector<std::string> address =
                textsOf(asked.call({"SENTINEL", "get-master-addr-by-name", place_.master}));
            if (address.size() != 2) throw std::runtime_error(kNoAddress);
            config::RedisAddress master = place_.server;
            master.host = address[0];
            master.port = numberIn<std::uint16_t>(address[1], kNoAddress);
            if (master.port == 0) throw std::runtime_error(kNoAddress);
            std::rotate(place_.sentinels.begin(), sentinel, sentinel + 1);
            return master;
        } catch (const Poco::Exception& e) {
            last = sentinel->host + ": " + e.displayText();
        } catch (const std::exception& e) {
            last = sentinel->host + ": " + e.what();
        }
    }
    throw std::runtime_error("no sentinel tells where the master " + place_.master + " is; the last one: " + last);
}

RedisConnection::Reply RedisState::runScript(const std::vector<std::string>& arguments) {
    const std::string fields = "{" + place_.keyPrefix + "}:fields";
    const std::string revisions = "{" + place_.keyPrefix + "}:revisions";
    std::vector<std::string> words = {"EVALSHA", scriptHash_, "2", fields, revisions};
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
