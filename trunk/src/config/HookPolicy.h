#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookcast::config {

/// What backends are asked about.
enum class Opening : std::uint8_t { Connect, Publish, Play };

/// `connect`, `publish`, `play`: the name in configs.
std::string_view nameOf(Opening opening);

/// What an opening comes to whose backend has failed.
enum class OnFailure : std::uint8_t {
    Reject,
    Allow,
    Last, ///< what the backend said last about the same
};

/// `reject`, `allow`, `last`: the name in configs and logs.
std::string_view nameOf(OnFailure choice);

/// One `on_failure`.
struct FailureRule {
    std::optional<Opening> opening; ///< none: for those that have no rule of their own
    OnFailure choice = OnFailure::Reject;

    bool operator==(const FailureRule&) const = default;
};

/// When a URL is no longer asked.
struct BreakerTerms {
    std::uint32_t failures = 5; ///< in a row; 0: it is always asked
    std::int64_t openMs = 1000; ///< from there to the next try, and from one try that fails to the next

    bool operator==(const BreakerTerms&) const = default;
};

/// What a block of URLs says about backends that fail, and about verdicts that are kept: what http_hooks and
/// http_notify have in common.
struct HookPolicy {
    std::vector<FailureRule> failureRules;
    std::int64_t lastTtlMs = 300'000;
    BreakerTerms breaker;
    bool cachesVerdicts = false;
    std::uint32_t cacheSize = 100'000; ///< verdicts of each URL that are kept, and as many for OnFailure::Last

    OnFailure onFailure(Opening opening) const;

    bool operator==(const HookPolicy&) const = default;
};

} // namespace hookcast::config
