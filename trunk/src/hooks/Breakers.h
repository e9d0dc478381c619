#pragma once

#include "config/HookPolicy.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace hookcast::hooks {

/// Which URLs are not asked for a while, as they have failed again and again. Each is by itself: a URL that fails so
/// often in a row is left alone for a time; then one call tries it, and its success, or that of any call that was still
/// out, ends it. Where that call hangs, another one tries it after the same time again. Times are monotonic. Any
/// thread.
class Breakers {
  public:
    enum class State : std::uint8_t {
        Closed,
        HalfOpen, ///< a call tries it
        Open,
    };

    /// What the end of a call has changed.
    enum class Change : std::uint8_t { None, Opened, Closed };

    /// The permission to ask a URL once. A pass that dies unused says nothing about its URL.
    class Pass {
      public:
        Pass() = default; ///< of a URL that is always asked
        Pass(Pass&& other) noexcept;
        Pass& operator=(Pass&& other) noexcept;
        Pass(const Pass&) = delete;
        Pass& operator=(const Pass&) = delete;
        ~Pass() { giveBack(); }

        /// Whether it tries a URL that is closed to others.
        bool isTrial() const { return isTrial_; }

        /// How the call ended. Once.
        Change end(bool failed, std::int64_t nowMs);

      private:
        friend class Breakers;

        void giveBack();

        Breakers* breakers_ = nullptr; ///< until it has ended
        std::string url_;
        config::BreakerTerms terms_;
        std::uint64_t successesBefore_ = 0;
        bool isTrial_ = false;
    };

    struct Figures {
        State state = State::Closed;
        std::uint64_t opened = 0; ///< so often
    };

    /// None while the URL is not to be asked.
    std::optional<Pass> enter(const std::string& url, const config::BreakerTerms& terms, std::int64_t nowMs);

    /// The same of a call that has needed no permission, so that what is told and what is asked know of each other.
    Change note(const std::string& url, const config::BreakerTerms& terms, bool failed, std::int64_t nowMs);

    /// By URL without its secrets; of several, the worst state.
    std::map<std::string, Figures> figures() const;

  private:
    struct Entry {
        std::uint32_t failures = 0; ///< in a row
        std::uint64_t successes = 0;
        std::uint64_t opened = 0;
        bool isOpen = false;
        std::uint32_t trials = 0; ///< that are out
        std::int64_t openUntilMs = 0;
    };

    /// As many URLs as HookStatistics tells apart; the breaker of what is beyond never opens.
    static constexpr std::size_t kUrls = 1000;

    Change end(const Pass& pass, bool failed, std::int64_t nowMs);
    void giveBack(const Pass& pass);
    Entry* find(const std::string& url);

    mutable std::mutex mutex_;
    std::map<std::string, Entry> entries_; ///< by URL
};

/// `closed`, `half_open`, `open`.
std::string_view nameOf(Breakers::State state);

} // namespace hookcast::hooks
