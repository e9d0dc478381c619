#include "hooks/Judgement.h"

#include <fmt/format.h>

namespace hookcast::hooks {

Fault failureOf(const HookResponse& response) {
    using Outcome = HookResponse::Outcome;
    const auto fault = [&response](RefusalCause cause, const char* words) {
        return Fault{cause, response.error.empty() ? words : fmt::format("{}: {}", words, response.error)};
    };
    switch (response.outcome) {
    case Outcome::ConnectFailed: return fault(RefusalCause::NoConnection, "no connection");
    case Outcome::NoSuchHost: return fault(RefusalCause::Dns, "DNS");
    case Outcome::TlsFailed: return fault(RefusalCause::Tls, "TLS");
    case Outcome::TimedOut: return fault(RefusalCause::Timeout, "timed out");
    case Outcome::TooLarge: return fault(RefusalCause::LongAnswer, "answer too long");
    case Outcome::QueueFull: return fault(RefusalCause::QueueFull, "queue full");
    case Outcome::Stopped: return fault(RefusalCause::Stopping, "stopping");
    default: return fault(RefusalCause::BrokenAnswer, "no whole answer");
    }
}

Fault statusFault(int status) {
    return {RefusalCause::HttpStatus, fmt::format("HTTP status {}", status)};
}

} // namespace hookcast::hooks
