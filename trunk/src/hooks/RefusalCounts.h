#pragma once

#include "base/EnumSize.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hookcast::hooks {

/// Why a client was not let in to connect, publish or play. All there are: figures have one series for each.
enum class RefusalReason : std::uint8_t {
    Rule,        ///< the vhost's own `security` or `refer`, or a name that no stream can have
    Hook,        ///< a backend said no
    HookTimeout, ///< a backend did not answer in time
    HookFailed,  ///< a backend could not be asked, or gave no whole answer
    Busy,        ///< somebody publishes the name, or too many want to
    Vhost,       ///< there is no such vhost, it is disabled, or does not serve the protocol
};

/// As figures call it.
constexpr std::string_view nameOf(RefusalReason reason) {
    switch (reason) {
    case RefusalReason::Rule: return "rule";
    case RefusalReason::Hook: return "hook";
    case RefusalReason::HookTimeout: return "hook_timeout";
    case RefusalReason::HookFailed: return "hook_failed";
    case RefusalReason::Busy: return "busy";
    case RefusalReason::Vhost: return "vhost";
    }
    return "unknown";
}

/// How many were refused since the start, by reason. Any thread.
class RefusalCounts {
  public:
    static constexpr std::size_t kReasons = base::enumSize<RefusalReason>();

    void count(RefusalReason reason) {
        counts_[static_cast<std::size_t>(reason)].fetch_add(1, std::memory_order_relaxed);
    }
    std::uint64_t of(RefusalReason reason) const {
        return counts_[static_cast<std::size_t>(reason)].load(std::memory_order_relaxed);
    }

  private:
    std::array<std::atomic<std::uint64_t>, kReasons> counts_{};
};

} // namespace hookcast::hooks
