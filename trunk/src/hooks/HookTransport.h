#pragma once

#include "config/Config.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace hookcast::hooks {

/// One HTTP call to a backend.
struct HookRequest {
    std::string url;
    config::HttpMethod method = config::HttpMethod::Post;
    std::string contentType; ///< of the body; a GET has neither
    std::string body;
    std::int64_t timeoutMs = 0; ///< from the start of the attempt to the last byte of the answer
    std::string caFile;         ///< PEM bundle; empty: the system's store
    std::string bearerToken;    ///< for the Authorization field; empty: none is sent
};

struct HookResponse {
    enum class Outcome : std::uint8_t {
        Answered,      ///< status and body are valid
        ConnectFailed, ///< nothing was delivered: no such host, refused, TLS verification failed, ...
        TimedOut,
        Broken,    ///< the connection ended before the answer was whole, or the answer made no sense
        TooLarge,  ///< the answer is longer than kMaxAnswerBytes; status is valid
        QueueFull, ///< too many calls are waiting: not attempted
        Stopped,   ///< the transport shut down first
    };

    Outcome outcome = Outcome::Stopped;
    int status = 0;
    std::string body;
    std::string error;          ///< for everything but Answered; names no secret
    std::int64_t elapsedMs = 0; ///< from call() to the response
};

/// At most so much of an answer is read.
inline constexpr std::size_t kMaxAnswerBytes = 64 * 1024;

/// How calls reach backends: the seam at which tests replace the network.
class HookTransport {
  public:
    using OnResponse = std::function<void(HookResponse)>;

    virtual ~HookTransport() = default;

    /// Any thread; never blocks. `onResponse` is called exactly once, on a thread of the transport's choosing, and
    /// must not block either.
    virtual void call(HookRequest request, OnResponse onResponse) = 0;
};

} // namespace hookcast::hooks
