#pragma once

#include "api-server/Request.h"
#include "base/JsonWriter.h"
#include "base/Result.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace hookcast::mock {

/// How a rule changes the answer.
struct RuleReply {
    int status = 200;
    std::optional<std::string> body; ///< absent: the endpoint's own
    Headers headers;
    std::int64_t delayMs = 0;
    bool dropped = false;
};

/// "Answer the calls that look so in this way, so many times."
struct Rule {
    /// Patterns with `*` and `?`, by name. `path`, `method` and `query` are of the request; every other name is a
    /// field of its body. All must fit; no patterns fit every call.
    std::map<std::string, std::string> match;
    RuleReply reply;
    std::optional<std::uint64_t> times; ///< absent: without end
};

inline constexpr std::int64_t kMaxDelayMs = 600'000;
inline constexpr std::size_t kMaxMatchFields = 64;
inline constexpr std::size_t kMaxPatternBytes = 1024;
inline constexpr std::size_t kMaxReplyHeaders = 64;

/// Reads `{"match":{...},"reply":{"status","body","headers","delay_ms","drop"},"times"}`; in place of `body` there may
/// be `data`, an object, which makes the body `{"code":0,"data":...}` of it. Everything is optional, but a name that is
/// none of these is an error, so that a slip of the pen does not silently match everything.
base::Result<Rule> parseRule(const std::string& json);

/// The rule as parseRule() reads it: the members of an object that has begun.
void writeMembers(base::JsonWriter& json, const Rule& rule);

} // namespace hookcast::mock
