#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace hookcast::hooks {

/// What an answer's header says of the time: how long to wait before the next try, and how long the answer may be kept.
/// Fed with its lines as they come; what is not understood says nothing. Pure; one thread.
class AnswerHeader {
  public:
    /// Whatever a backend says, it counts for no longer.
    static constexpr std::int64_t kMostMs = 24LL * 3600 * 1000;

    /// A line, with or without its end. A status line begins another answer, as after 100 Continue; the blank line
    /// ends the header, and what follows the body (a trailer) is not looked at. `nowS`: the calendar's time.
    void feed(std::string_view line, std::int64_t nowS);

    /// Of Retry-After (RFC 9110, section 10.2.3), seconds or a date; of a date that has passed 0.
    std::optional<std::int64_t> retryAfterMs() const { return retryAfterMs_; }

    /// Of max-age in Cache-Control (RFC 9111, section 5.2.2), less the answer's Age; none where no-store or no-cache
    /// stands beside it, or the status is none of the two hundreds. `private` changes nothing: nobody shares it.
    std::optional<std::int64_t> maxAgeMs() const;

  private:
    void feedStatus(std::string_view line);
    void feedField(std::string_view name, std::string_view value, std::int64_t nowS);
    void feedCacheControl(std::string_view value);

    // state
    bool inHeader_ = false;
    bool isSuccess_ = false;
    bool mayNotBeKept_ = false;
    std::optional<std::int64_t> retryAfterMs_;
    std::optional<std::int64_t> maxAgeMs_;
    std::int64_t ageMs_ = 0;
};

} // namespace hookcast::hooks
