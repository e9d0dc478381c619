#include "cluster/RedisEventStore.h"

#include "base/RandomId.h"
#include "cluster/ScriptAnswers.h"

#include <cstddef>
#include <stdexcept>
#include <utility>

namespace hookcast::cluster {

namespace {

constexpr std::size_t kBirthLength = 16;

/// KEYS: the stream; what else there is has names that begin with its own. ARGV: a birth, for where there is none, and
/// the node. What Redis has of another type under these names is an error before anything is changed.
constexpr const char* kPreamble = R"(
local stream, node = KEYS[1], ARGV[2]
local meta = stream .. ':holder'
local group, consumer, patience = 'hookcast', 'holder', 7 * 86400000
local function idsOf(name) return stream .. ':ids:' .. name end
local function booksOf(name) return stream .. ':node:' .. name end
local length, listed = redis.call('XLEN', stream), redis.call('LLEN', idsOf(node))
redis.call('HGET', booksOf(node), 'told')
redis.call('HSETNX', meta, 'birth', ARGV[1])
if length == 0 and listed > 0 then redis.call('DEL', idsOf(node)) end
local function standing()
  return redis.call('HGET', meta, 'birth'), tostring(redis.call('LLEN', idsOf(node))),
    redis.call('HGET', booksOf(node), 'told') or '0'
end
)";

/// Further ARGV: the run, the limit, and number and text of each event.
/// Returns birth, waiting, told, and how many were pushed out.
constexpr const char* kAdd = R"(
local last = 0
if redis.call('HGET', booksOf(node), 'run') == ARGV[3] then
  last = tonumber(redis.call('HGET', booksOf(node), 'last') or '0')
end
for i = 5, #ARGV, 2 do
  if tonumber(ARGV[i]) > last then
    redis.call('RPUSH', idsOf(node), redis.call('XADD', stream, '*', 'node', node, 'event', ARGV[i + 1]))
    last = tonumber(ARGV[i])
    redis.call('HSET', booksOf(node), 'run', ARGV[3], 'last', ARGV[i])
  end
end
redis.call('PEXPIRE', booksOf(node), patience)
local out = 0
while redis.call('LLEN', idsOf(node)) > tonumber(ARGV[4]) do
  local id = redis.call('LPOP', idsOf(node))
  redis.call('XACK', stream, group, id)
  out = out + redis.call('XDEL', stream, id)
end
local birth, waiting, told = standing()
return {birth, waiting, told, tostring(out)}
)";

/// Further ARGV: the wish, the holder, the beat that is void, how many events at most, and id and node of each that has
/// been told.
/// Returns birth, waiting, told, holder, beat, how many were strange, and id, node and text of each event; those beyond
/// 16 MiB come with the next turn.
constexpr const char* kServe = R"(
for i = 7, #ARGV, 2 do
  local name = ARGV[i + 1]
  local known = redis.call('LREM', idsOf(name), 1, ARGV[i])
  redis.call('XACK', stream, group, ARGV[i])
  redis.call('XDEL', stream, ARGV[i])
  if known == 1 then
    redis.call('HINCRBY', booksOf(name), 'told', 1)
    redis.call('PEXPIRE', booksOf(name), patience)
  end
end

local wish, me, most = ARGV[3], ARGV[4], tonumber(ARGV[6])
local holder = redis.call('HGET', meta, 'holder') or ''
local beat = redis.call('HGET', meta, 'beat') or '0'
if wish == 'leave' and holder == me then
  redis.call('HDEL', meta, 'holder')
  holder = ''
end
if wish == 'take' and (holder == '' or holder == me or beat == ARGV[5]) then
  holder, beat = me, string.format('%d', (tonumber(beat) or 0) + 1)
  redis.call('HSET', meta, 'holder', holder, 'beat', beat)
end

local function read(from)
  local words = {'XREADGROUP', 'GROUP', group, consumer, 'COUNT', most, 'STREAMS', stream, from}
  local reply = redis.pcall(unpack(words))
  if type(reply) == 'table' and reply.err and string.find(reply.err, 'NOGROUP', 1, true) then
    redis.call('XGROUP', 'CREATE', stream, group, '0', 'MKSTREAM')
    reply = redis.pcall(unpack(words))
  end
  if type(reply) == 'table' and reply.err then error(reply.err) end
  return reply and reply[1] and reply[1][2] or {}
end
local entries, strange = {}, 0
if wish == 'take' and holder == me and most > 0 then
  entries = read('0')
  if #entries == 0 then entries = read('>') end
end

local events, bytes, mostBytes = {}, 0, 16 * 1048576
for _, entry in ipairs(entries) do
  local id, fields, found = entry[1], entry[2] or {}, {}
  for i = 1, #fields, 2 do found[fields[i]] = fields[i + 1] end
  if found.node and found.event and #found.node + #found.event <= mostBytes then
    bytes = bytes + #found.event
    if bytes <= mostBytes then
      for _, word in ipairs({id, found.node, found.event}) do events[#events + 1] = word end
    end
  else
    redis.call('XACK', stream, group, id)
    redis.call('XDEL', stream, id)
    strange = strange + 1
  end
end
local birth, waiting, told = standing()
local answer = {birth, waiting, told, holder, beat, tostring(strange)}
for _, word in ipairs(events) do answer[#answer + 1] = word end
return answer
)";

const char* textOf(EventStore::Wish wish) {
    switch (wish) {
    case EventStore::Wish::Take: return "take";
    case EventStore::Wish::Leave: return "leave";
    default: return "look";
    }
}

} // namespace

EventStore::AdditionOutcome RedisEventStore::add(const std::string& webhook, const Addition& addition) {
    std::vector<std::string> arguments = {addition.node, addition.run, std::to_string(addition.limit)};
    for (const NumberedEvent& event : addition.events) {
        arguments.push_back(std::to_string(event.number));
        arguments.push_back(*event.text);
    }
    if (connection_ == nullptr) connect();
    return readAddition(run(addScript_, webhook, arguments));
}

EventStore::TurnOutcome RedisEventStore::serve(const std::string& webhook, const Turn& turn) {
    std::vector<std::string> arguments = {turn.node, textOf(turn.wish), turn.holder, turn.deadBeat,
                                          std::to_string(turn.most)};
    for (const EntryName& name : turn.told) {
        arguments.push_back(name.id);
        arguments.push_back(name.node);
    }
    if (connection_ == nullptr) connect();
    std::vector<std::string> answer = run(serveScript_, webhook, arguments);
    return readTurn(answer);
}

std::vector<std::string> RedisEventStore::run(const std::string& scriptHash, const std::string& webhook,
                                              const std::vector<std::string>& arguments) {
    std::vector<std::string> words = {"EVALSHA", scriptHash, "1", place_.key("events:" + webhook),
                                      base::randomId(kBirthLength)};
    words.insert(words.end(), arguments.begin(), arguments.end());
    try {
        return RedisConnection::textsOf(connection_->call(words));
    } catch (const std::exception&) {
        connection_.reset();
        throw;
    }
}

void RedisEventStore::connect() {
    if (!cannotConnect_.empty()) throw std::runtime_error(cannotConnect_);
    try {
        auto connection = place_.connect();
        addScript_ = connection->text({"SCRIPT", "LOAD", std::string(kPreamble) + kAdd});
        serveScript_ = connection->text({"SCRIPT", "LOAD", std::string(kPreamble) + kServe});
        connection_ = std::move(connection);
    } catch (const std::exception& e) {
        cannotConnect_ = RedisConnection::reasonOf(e);
        throw;
    }
}

} // namespace hookcast::cluster
