#pragma once

#include "api-server/Request.h"

#include <cstdint>
#include <optional>
#include <string>

namespace hookcast::mock {

inline constexpr const char* kPlainText = "text/plain; charset=utf-8";
inline constexpr const char* kJsonText = "application/json";

/// What is sent back, and when. Plain data.
struct Answer {
    int status = 200;
    std::string body;
    std::string contentType = kPlainText;
    Headers headers; ///< sent besides, or instead of, those that every answer has
    std::int64_t delayMs = 0;
    bool dropped = false; ///< the connection is closed without an answer; status is then 0 and body empty
    std::optional<std::uint64_t> ruleId;
};

} // namespace hookcast::mock
