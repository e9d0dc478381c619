#include "api-server/EventBatch.h"

#include "api-server/JsonText.h"
#include "base/Log.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace hookcast::mock {

namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

const std::set<std::string> kKeys = {"data", "device", "event", "pid", "seq", "server", "timestamp"};
/// May stand beside them.
constexpr const char* kId = "event_id";

std::size_t envelopeSize(const Object& event) {
    return kKeys.size() + (event.has(kId) ? 1 : 0);
}

bool isText(const Var& value) {
    return value.isString() && !value.extract<std::string>().empty();
}

bool isPositive(const Var& value) {
    return value.isInteger() && !value.isBoolean() && value.isSigned() && value.convert<std::int64_t>() > 0;
}

/// Whether what stands beside the envelope are the members of `data`, as those of stream:dvr do.
bool isFlat(const Object& event) {
    const Object::Ptr data = event.getObject("data");
    if (data == nullptr || event.size() != envelopeSize(event) + data->size()) return false;
    return std::ranges::all_of(*data, [&event](const auto& member) {
        return event.has(member.first) && compactJson(event.get(member.first)) == compactJson(member.second);
    });
}

base::Result<void> checkKeys(const Object& event) {
    std::set<std::string> keys;
    for (const auto& [key, value] : event) keys.insert(base::printable(key));
    const bool hasAll = std::ranges::includes(keys, kKeys);
    if (hasAll && (keys.size() == envelopeSize(event) || isFlat(event))) return {};
    return base::Error{fmt::format("the keys are {}, expected {}", fmt::join(keys, ", "), fmt::join(kKeys, ", "))};
}

base::Result<void> checkTypes(const Object& event) {
    for (const char* key : {"event", "server"})
        if (!isText(event.get(key))) return base::Error{fmt::format("{} must be a string", key)};
    if (event.has(kId) && !isText(event.get(kId))) return base::Error{fmt::format("{} must be a string", kId)};
    for (const char* key : {"pid", "seq", "timestamp"})
        if (!isPositive(event.get(key))) return base::Error{fmt::format("{} must be an integer above 0", key)};
    if (!event.get("device").isString() || event.getValue<std::string>("device") != "mediaserver")
        return base::Error{R"(device must be "mediaserver")"};
    if (!event.isObject("data")) return base::Error{"data must be an object"};
    return {};
}

base::Result<BatchedEvent> readEvent(const Var& value) {
    if (value.type() != typeid(Object::Ptr)) return base::Error{"an event must be an object"};
    const Object& event = *value.extract<Object::Ptr>();
    if (const auto keys = checkKeys(event); !keys) return keys.error();
    if (const auto types = checkTypes(event); !types) return types.error();
    BatchedEvent read;
    read.name = event.getValue<std::string>("event");
    read.server = event.getValue<std::string>("server");
    read.pid = event.getValue<Poco::Int64>("pid");
    read.seq = static_cast<std::uint64_t>(event.getValue<Poco::Int64>("seq"));
    read.json = compactJson(value);
    return read;
}

} // namespace

base::Result<EventBatch> readEventBatch(const std::string& body) {
    const base::Result<Var> document = parseJson(body);
    if (!document) return base::Error{"not JSON: " + document.error().message};
    if (document.value().type() != typeid(Array::Ptr)) return base::Error{"expected an array"};
    const Array& array = *document.value().extract<Array::Ptr>();
    if (array.size() == 0 || array.size() > kMaxBatchEvents)
        return base::Error{fmt::format("{} events, expected 1 to {}", array.size(), kMaxBatchEvents)};
    EventBatch batch;
    std::map<std::pair<std::string, std::int64_t>, std::uint64_t> lastSeqs; // of each server and process
    for (const Var& value : array) {
        base::Result<BatchedEvent> event = readEvent(value);
        if (!event) return base::Error{fmt::format("event {}: {}", batch.size(), event.error().message)};
        std::uint64_t& lastSeq = lastSeqs[{event.value().server, event.value().pid}];
        if (event.value().seq <= lastSeq) return base::Error{fmt::format("event {}: seq does not rise", batch.size())};
        lastSeq = event.value().seq;
        batch.push_back(event.take());
    }
    return batch;
}

} // namespace hookcast::mock
