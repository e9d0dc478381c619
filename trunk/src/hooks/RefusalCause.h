#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hookcast::hooks {

/// Why a client did not get what it wanted, in classes that can be counted.
enum class RefusalCause : std::uint8_t {
    // The backend was not reached, or gave no answer.
    NoConnection,
    Dns,
    Tls,
    Timeout,
    BrokenAnswer, ///< the connection ended before it, or it is no HTTP
    LongAnswer,
    QueueFull, ///< of the calls that wait
    Stopping,  ///< the server ends
    Breaker,   ///< it has failed too often in a row, and is not asked for a while
    // The backend did not say yes.
    HttpStatus,
    Code,      ///< an answer in order, whose code is not 0
    BadAnswer, ///< one that is no answer to the question
    // This server itself.
    Security,
    Refer,
    Vhost,   ///< there is none, or it does not serve the protocol
    Name,    ///< that nobody may have
    Busy,    ///< somebody has the name, or too many want it
    Pull,    ///< another node's pass that is none, or for something else
    Request, ///< what the client says cannot be done
    Limit,
    Owed,        ///< the backends have still to be told what the client did before
    Credentials, ///< the client does not say who it is, however often it is asked
};

inline constexpr std::array<std::string_view, 22> kRefusalCauseNames = {
    "no_connection", "dns",         "tls",     "timeout",    "broken_answer", "long_answer", "queue_full", "stopping",
    "breaker",       "http_status", "code",    "bad_answer", "security",      "refer",       "vhost",      "name",
    "busy",          "pull",        "request", "limit",      "owed",          "credentials"};

inline constexpr std::size_t kRefusalCauses = kRefusalCauseNames.size();

/// As the log and the figures call it.
constexpr std::string_view nameOf(RefusalCause cause) {
    return kRefusalCauseNames.at(static_cast<std::size_t>(cause));
}

} // namespace hookcast::hooks
