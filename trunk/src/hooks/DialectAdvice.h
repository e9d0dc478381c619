#pragma once

#include "base/Log.h"
#include "hooks/HookTransport.h"

#include <cstddef>
#include <mutex>
#include <set>
#include <string>

namespace hookcast::hooks {

struct HookTarget;

/// Says in the log what is wrong when a backend of SRS 4 or later is spoken to as by older releases: sent a number
/// where it reads a string, it answers a status of 400 to 599, and nothing in that says why. Once for each URL. Any
/// thread.
class DialectAdvice {
  public:
    /// More URLs than that are not advised about.
    static constexpr std::size_t kMaxUrls = 1000;

    /// `log` outlives it.
    explicit DialectAdvice(base::Log& log) : log_(log) {}

    /// Whether it is spoken to as by those releases, and client_id is a number for it.
    static bool concerns(const HookTarget& target);

    /// What a target that this concerns has answered. `who`: for the log.
    void consider(const std::string& url, const HookResponse& response, const std::string& who);

  private:
    // given
    base::Log& log_;
    // state
    std::mutex mutex_;
    std::set<std::string> advised_; ///< URLs
};

} // namespace hookcast::hooks
