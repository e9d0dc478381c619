#include "hooks/Refusals.h"

#include "base/Secrets.h"

#include <fmt/format.h>

namespace hookcast::hooks {

namespace {

constexpr std::size_t kStreamBytes = 500;
constexpr std::size_t kMessageBytes = 200;
constexpr std::size_t kReasonBytes = 300;

base::LogParts partsOf(const RefusalLine& refusal) {
    base::LogParts parts;
    parts.add("event", refusal.event).add("stream", refusal.stream, kStreamBytes).add("ip", refusal.ip);
    if (refusal.number != 0) parts.add("number", refusal.number);
    if (!refusal.id.empty()) parts.add("id", refusal.id);
    parts.add("by", refusal.url.empty() ? nameOf(refusal.cause) : base::cutSecrets(refusal.url));
    parts.add("cause", nameOf(refusal.cause)).add("reason", refusal.reason, kReasonBytes);
    if (!refusal.backendMessage.empty())
        parts.add("backend_msg", base::maskSecretWords(refusal.backendMessage), kMessageBytes);
    if (!refusal.url.empty()) parts.add("ms", refusal.elapsedMs);
    return parts;
}

} // namespace

void Refusals::tell(const RefusalLine& refusal, std::int64_t nowMs) {
    counts_.at(static_cast<std::size_t>(refusal.cause)).fetch_add(1, std::memory_order_relaxed);
    const base::LogParts parts = partsOf(refusal);
    const std::string text = "refused: " + parts.text();
    if (!refusal.url.empty()) {
        log_.line(base::LogLevel::Warn, refusal.who, text, parts);
        return;
    }
    // What a client says may be wrong in several ways, and the stream is not known then.
    const bool isWrong = refusal.cause == RefusalCause::Request || refusal.cause == RefusalCause::Name;
    const std::string kind =
        fmt::format("refused: event={} stream={} {}", refusal.event, base::printable(refusal.stream),
                    isWrong ? base::printable(refusal.reason) : std::string(nameOf(refusal.cause)));
    log_.about(refusal.ip, kind, base::LogLevel::Warn, refusal.who, nowMs, text, parts);
}

} // namespace hookcast::hooks
