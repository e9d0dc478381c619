#include "app/HookConsequences.h"

#include "hooks/Inquiry.h"

#include <fmt/format.h>

#include <algorithm>

namespace hookcast::app {

namespace {

/// In the largest unit that says it without a fraction, but milliseconds, where none does.
std::string span(std::int64_t ms) {
    struct Unit {
        std::int64_t ms;
        const char* name;
    };
    constexpr Unit kUnits[] = {{86'400'000, "d"}, {3'600'000, "h"}, {60'000, "min"}, {1000, "s"}};
    for (const Unit& unit : kUnits)
        if (ms >= unit.ms && ms % unit.ms == 0) return fmt::format("{} {}", ms / unit.ms, unit.name);
    return fmt::format("{} ms", ms);
}

std::string wordsOf(config::OnFailure choice, const config::HookPolicy& policy) {
    switch (choice) {
    case config::OnFailure::Allow: return "the client is let in (on_failure allow)";
    case config::OnFailure::Last:
        return fmt::format(
            "the backend's last verdict on the same counts for {}, else the client is refused (on_failure "
            "last)",
            span(policy.lastTtlMs));
    case config::OnFailure::Reject: break;
    }
    return "the client is refused (on_failure reject)";
}

} // namespace

std::string HookConsequences::kept(const hooks::HookResponse& response) const {
    const std::int64_t keepMs = target_.dialect->keepMs(response).value_or(0);
    if (keepMs <= 0) return {};
    if (!target_.policy->cachesVerdicts)
        return fmt::format("could be kept for {}; cache_verdicts is off", span(keepMs));
    return fmt::format("is kept for {}: nobody is asked again about the same",
                       span(std::min(keepMs, hooks::kMostKeptMs)));
}

std::string HookConsequences::ofFailure(hooks::HookAction action) const {
    if (action == hooks::HookAction::Update) return "if it fails: the next one says more";
    if (!hooks::isOpening(action))
        return fmt::format("if it fails: it is told again, for {} at most (spool.keep)", span(config_.spool.keepMs));
    const config::HookPolicy& policy = *target_.policy;
    std::string text = "if it fails: " + wordsOf(hooks::onFailureOf(target_, action), policy);
    if (policy.breaker.failures > 0)
        text += fmt::format("; after {} in a row it is not asked for {}", policy.breaker.failures,
                            span(policy.breaker.openMs));
    return text;
}

bool HookConsequences::admitsOnFailure(hooks::HookAction action, const hooks::HookResponse& response) const {
    return hooks::isOpening(action) && hooks::isFailure(response) &&
           hooks::onFailureOf(target_, action) == config::OnFailure::Allow;
}

} // namespace hookcast::app
