#pragma once

#include <Poco/JSON/Object.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace hookcast::integration {

/// One call that a backend got, as the mock tells it.
struct HookCall {
    std::uint64_t order = 0;
    std::int64_t monotonicMs = 0;
    std::string method;
    std::string path;
    std::string query;
    std::map<std::string, std::string> headers; ///< names in lower case
    std::string rawBody;
    Poco::JSON::Object::Ptr body; ///< the fields of a form, too; null when it was neither that nor a JSON object
    int answerStatus = 0;         ///< 0 when the connection was dropped without an answer
    std::string answerBody;

    /// Whether the answer says yes by the rule that the server has to follow.
    bool admits() const { return answerStatus == 200 && answerBody == "0"; }

    bool has(const std::string& field) const { return body && body->has(field); }

    /// A field of the body that is a string; throws std::runtime_error when there is none, or it is no string.
    std::string text(const std::string& field) const;

    /// Likewise for an integer.
    std::int64_t number(const std::string& field) const;

    /// The event: `on_play` of http_hooks, `notify play` of form notify.
    std::string action() const { return has("call") ? "notify " + text("call") : text("action"); }
};

using HookCalls = std::vector<HookCall>;

/// Reads one element of `calls` in the answer to `GET /control/calls`.
HookCall readHookCall(const Poco::JSON::Object& json);

/// The actions of the calls, in order: a session's story in one glance.
std::vector<std::string> actionsOf(const HookCalls& calls);

/// Those with this action.
HookCalls withAction(const HookCalls& calls, const std::string& action);

} // namespace hookcast::integration
