#include "support/HookCall.h"

#include <fmt/format.h>

#include <stdexcept>

namespace hookcast::integration {

std::string HookCall::text(const std::string& field) const {
    if (!has(field)) throw std::runtime_error(fmt::format("no field {} in {}", field, rawBody));
    const Poco::Dynamic::Var value = body->get(field);
    if (!value.isString()) throw std::runtime_error(fmt::format("field {} is no string in {}", field, rawBody));
    return value.convert<std::string>();
}

std::int64_t HookCall::number(const std::string& field) const {
    if (!has(field)) throw std::runtime_error(fmt::format("no field {} in {}", field, rawBody));
    const Poco::Dynamic::Var value = body->get(field);
    if (!value.isInteger() || value.isBoolean())
        throw std::runtime_error(fmt::format("field {} is no integer in {}", field, rawBody));
    return value.convert<Poco::Int64>();
}

HookCall readHookCall(const Poco::JSON::Object& json) {
    HookCall call;
    call.order = json.getValue<Poco::UInt64>("order");
    call.monotonicMs = json.getValue<Poco::Int64>("monotonic_ms");
    call.method = json.getValue<std::string>("method");
    call.path = json.getValue<std::string>("path");
    call.query = json.getValue<std::string>("query");
    for (const auto& [name, value] : *json.getObject("headers")) call.headers[name] = value.convert<std::string>();
    call.rawBody = json.getValue<std::string>("raw_body");
    call.body = json.getObject("body");
    const Poco::JSON::Object::Ptr answer = json.getObject("answer");
    call.answerStatus = answer->getValue<int>("status");
    call.answerBody = answer->getValue<std::string>("body");
    return call;
}

std::vector<std::string> actionsOf(const HookCalls& calls) {
    std::vector<std::string> actions;
    actions.reserve(calls.size());
    for (const HookCall& call : calls) actions.push_back(call.action());
    return actions;
}

HookCalls withAction(const HookCalls& calls, const std::string& action) {
    HookCalls chosen;
    for (const HookCall& call : calls) {
        if (call.action() == action) chosen.push_back(call);
    }
    return chosen;
}

} // namespace hookcast::integration
