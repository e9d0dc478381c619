#pragma once

#include "config/CallTerms.h"
#include "config/VhostConfig.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace hookcast::hooks {

class CallTrace;

/// What a call waits for, when there are more of them than connections.
enum class CallKind : std::uint8_t {
    Asks, ///< somebody wants to be let in: bounded in number, and fair by address
    Tells ///< something has happened: never refused, as what is told of bounds it
};

/// At most so much of an answer is read.
inline constexpr std::size_t kMaxAnswerBytes = 64 * 1024;

/// How calls are made where nothing else is said.
const std::shared_ptr<const config::CallTerms>& defaultTerms();

/// One HTTP call to a backend.
struct HookRequest {
    std::string id; ///< of what is told, the same whenever it is told again; empty: the call has none
    std::string url;
    config::HttpMethod method = config::HttpMethod::Post;
    std::string contentType; ///< of the body; a GET has neither
    std::string body;
    std::int64_t timeoutMs = 0; ///< from the start of the attempt to the last byte of the answer
    std::shared_ptr<const config::CallTerms> terms = defaultTerms(); ///< but for their timeout
    CallKind kind = CallKind::Asks;
    std::string share; ///< whose turn it takes among those that wait: see base::IpAddress::site()
    std::size_t mostAnswerBytes = kMaxAnswerBytes; ///< more is TooLarge, and not read
    std::shared_ptr<CallTrace> trace;              ///< what is seen of it on its way; null: nobody watches
};

struct HookResponse {
    enum class Outcome : std::uint8_t {
        Answered,      ///< status and body are valid
        ConnectFailed, ///< nothing was delivered, as nobody could be reached at the address
        NoSuchHost,    ///< the same, as the URL's host has no address
        TlsFailed,     ///< the same, as TLS did not come about
        TimedOut,      ///< begun, and not answered in time
        Broken,        ///< the connection ended before the answer was whole, or the answer made no sense
        TooLarge,      ///< the answer is longer than it may be; status is valid
        QueueFull,     ///< it had no place among those that wait, or waited in vain: not attempted
        Withdrawn,     ///< by its caller, before it began
        Stopped,       ///< the transport shut down first
    };

    Outcome outcome = Outcome::Stopped;
    int status = 0;
    std::string body;
    std::string error;                        ///< for everything but Answered; names no secret
    std::int64_t elapsedMs = 0;               ///< from call() to the response
    std::optional<std::int64_t> retryAfterMs; ///< as the answer says, from its arrival
    std::optional<std::int64_t> maxAgeMs;     ///< for which its Cache-Control lets it be kept
};

/// Whether the backend has not made up its mind: it could not be asked, gave no whole answer, or one that says that it
/// cannot answer now (5xx, 408, 425, 429). What is told is to be told again then; what is asked, is asked in vain.
bool hasFailed(const HookResponse& response);

/// Whether it is certain that the backend has heard nothing, and would have, had it been there.
constexpr bool wasNobodyReached(HookResponse::Outcome outcome) {
    using Outcome = HookResponse::Outcome;
    return outcome == Outcome::ConnectFailed || outcome == Outcome::NoSuchHost || outcome == Outcome::TlsFailed;
}

/// Of one transport, and never used again.
using CallId = std::uint64_t;

/// How calls reach backends: the seam at which tests replace the network.
class HookTransport {
  public:
    using OnResponse = std::function<void(HookResponse)>;

    virtual ~HookTransport() = default;

    /// Any thread; never blocks. `onResponse` is called exactly once, on a thread of the transport's choosing, and
    /// must not block either.
    virtual CallId call(HookRequest request, OnResponse onResponse) = 0;

    /// Any thread; never blocks. A call that has not begun is answered Withdrawn; any other goes on.
    virtual void withdraw(CallId call) = 0;
};

} // namespace hookcast::hooks
