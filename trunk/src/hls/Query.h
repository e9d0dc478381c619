#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hookcast::hls {

/// What is behind a URL's `?`, as far as HLS has a meaning for it. A view: the text outlives it.
class Query {
  public:
    static constexpr std::string_view kToken = "hls_ctx";
    static constexpr std::string_view kSequence = "_HLS_msn";
    static constexpr std::string_view kPart = "_HLS_part";
    static constexpr std::string_view kSkip = "_HLS_skip";

    /// With its `?`, or empty.
    explicit Query(std::string_view text) : text_(text.starts_with('?') ? text.substr(1) : text) {}

    /// The first one's, where a name stands several times.
    std::optional<std::string_view> find(std::string_view name) const;

    /// What of the stream has to be there before it is answered (RFC 8216bis, 6.2.5.2).
    struct Delivery {
        std::optional<std::uint64_t> sequence; ///< _HLS_msn; none: whatever there is
        std::optional<std::uint64_t> part;     ///< _HLS_part; never without the sequence
    };

    /// None where it makes no sense: a number that is none, or that of a part alone.
    std::optional<Delivery> delivery() const;

    /// What names the vhost where Host does not, as it stands there: `vhost=NAME` or `domain=NAME`; empty: nothing.
    std::string_view vhost() const;

    /// The client's own: without all of the above and the number of a part; with a `?` in front, or empty.
    std::string own() const;

  private:
    // given
    std::string_view text_;
};

} // namespace hookcast::hls
