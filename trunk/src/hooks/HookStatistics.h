#pragma once

#include "hooks/HookTransport.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace hookcast::hooks {

/// What calls to each backend came to, since the start. URLs are told without their secrets. Any thread.
class HookStatistics {
  public:
    /// Upper bounds of the classes that durations are counted in; a further class takes all that is longer.
    static constexpr std::array<std::int64_t, 14> kBoundsMs = {1,   2,   5,    10,   20,   50,     100,
                                                               200, 500, 1000, 2000, 5000, 10'000, 30'000};

    struct Figures {
        std::string url;
        std::uint64_t calls = 0;    ///< that have ended
        std::uint64_t refusals = 0; ///< the backend answered, and not with yes
        std::uint64_t failures = 0; ///< there was no whole answer
        std::uint64_t inFlight = 0;
        std::uint64_t unasked = 0;           ///< openings that found its breaker open
        std::uint64_t admittedOnFailure = 0; ///< openings that on_failure has let in
        std::uint64_t kept = 0;              ///< openings that a kept verdict has decided
        std::uint64_t skipped = 0; ///< openings that a shadow was not asked about, as too many of its calls were out
        std::uint64_t disagreements = 0; ///< openings about which a shadow said otherwise
        std::uint64_t totalMs = 0;       ///< of all calls that have ended
        std::array<std::uint64_t, kBoundsMs.size() + 1> durations{};

        /// The duration below which `share` (0 to 1) of the calls stayed, interpolated within its class; 0 without
        /// calls.
        double percentileMs(double share) const;
    };

    void begin(const std::string& url);
    void withdraw(const std::string& url); ///< what began never took place
    void end(const std::string& url, const HookResponse& response, bool saidYes);

    /// Counts one more of `what`, which a call's end does not.
    void count(const std::string& url, std::uint64_t Figures::*what);

    /// In the order of the URLs.
    std::vector<Figures> figures() const;

  private:
    /// Backends are few, as they stand in the configuration; what reloads bring beyond this is counted as one.
    static constexpr std::size_t kUrls = 1000;

    Figures& of(const std::string& url);

    mutable std::mutex mutex_;
    std::map<std::string, Figures> byUrl_;
};

} // namespace hookcast::hooks
