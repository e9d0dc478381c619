#pragma once

#include "hooks/PackedAnswer.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace hookcast::hooks {

/// What an answer's header says of the time: how long to wait before the next try, and how long the answer may be kept;
/// what is not understood of that says nothing. And of the body: how it is packed, and whether all readers see it end
/// at one place. Fed with its lines as they come. Pure; one thread.
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

    /// Why readers may differ in where the answer ends (RFC 9112, section 6.3), and so in what it says: two lengths, or
    /// one beside a Transfer-Encoding, or what is neither a length nor `chunked`. Empty: they do not.
    std::string_view fault() const { return fault_; }

    /// Of Content-Encoding; two are unknown.
    AnswerCoding coding() const { return coding_; }

  private:
    void feedStatus(std::string_view line);
    void feedField(std::string_view name, std::string_view value, std::int64_t nowS);
    void feedCacheControl(std::string_view value);
    void feedLength(std::string_view value);
    void feedTransferEncoding(std::string_view value);
    void feedCoding(std::string_view value);
    bool feedFraming(std::string_view name, std::string_view value);

    // state
    bool inHeader_ = false;
    bool isSuccess_ = false;
    bool mayNotBeKept_ = false;
    bool isFraming_ = false; ///< the field before, which a line may go on with
    bool isChunked_ = false;
    AnswerCoding coding_ = AnswerCoding::None;
    std::string_view fault_; ///< of constant words
    std::optional<std::int64_t> lengthBytes_;
    std::optional<std::int64_t> retryAfterMs_;
    std::optional<std::int64_t> maxAgeMs_;
    std::int64_t ageMs_ = 0;
};

} // namespace hookcast::hooks
