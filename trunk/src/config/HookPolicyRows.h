#pragma once

#include "config/RowMakers.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// The rows about backends that fail and verdicts that are kept, which http_hooks and http_notify have in common.
namespace hookcast::config::rows {

/// `policy`: a function from a scope to the block's HookPolicy.
template <HookPolicy& (*policy)(Scope)>
constexpr auto hookPolicyRows() {
    return std::array{
        make("on_failure", ValueType::FailureRule, {}, {},
             "[connect|publish|play] reject|allow|last: what it comes to when the backend fails; reject without it.")
            .args(1, 2)
            .repeated()
            .noVariable()
            .shown("play last")
            .in([](Scope s) -> std::vector<FailureRule>& { return policy(s).failureRules; }),
        decimal("last_ttl", "300", "s", "How old a verdict may be that on_failure last goes by.")
            .within(0.001, 30 * 24 * 3600)
            .in([](Scope s) -> std::int64_t& { return policy(s).lastTtlMs; }),
        integer("breaker_failures", "5", "failures", "So many in a row, and a URL is no longer asked; 0: it always is.")
            .within(0, 1'000'000)
            .in([](Scope s) -> std::uint32_t& { return policy(s).breaker.failures; }),
        decimal("breaker_open", "1", "s",
                "For so long; then one call tries it, and until it has ended the others fail.")
            .within(0.001, 3600)
            .in([](Scope s) -> std::int64_t& { return policy(s).breaker.openMs; }),
        offSwitch("cache_verdicts",
                  "Keep verdicts for as long as the answer says, and ask nobody about the same again.")
            .in([](Scope s) -> bool& { return policy(s).cachesVerdicts; }),
        integer("cache_size", "100000", "verdicts", "Of each URL, that are kept, and as many for on_failure last.")
            .within(1, 1'000'000)
            .in([](Scope s) -> std::uint32_t& { return policy(s).cacheSize; }),
    };
}

} // namespace hookcast::config::rows
