#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <vector>

namespace hookcast::rtp {

// What the parsers of header fields and of SDP have in common.

/// Without blanks and tabs at both ends.
std::string_view trimmed(std::string_view text);

/// Compares without regard to the case of ASCII letters, as header and parameter names are compared.
bool equalsIgnoringCase(std::string_view left, std::string_view right);

/// The parts of `text` between separators that stand outside double quotes, trimmed; empty parts are left out.
std::vector<std::string_view> splitOutsideQuotes(std::string_view text, char separator);

/// `text` without the double quotes around it, if there are any.
std::string_view unquoted(std::string_view text);

/// What stands before the first `separator`, trimmed, and removed from `text` together with it: all of `text` when
/// there is none.
std::string_view takeUntil(std::string_view& text, char separator);

/// Whether there is a control character other than a tab in it: neither header lines nor those of SDP have one.
bool hasControls(std::string_view text);

/// A number that is all of `text`: decimal, for whole numbers in another base too.
template <typename Number>
std::optional<Number> parseNumber(std::string_view text, int base = 10) {
    Number value{};
    const char* end = text.data() + text.size();
    std::from_chars_result result{};
    if constexpr (std::is_floating_point_v<Number>) {
        result = std::from_chars(text.data(), end, value, std::chars_format::fixed);
    } else {
        result = std::from_chars(text.data(), end, value, base);
    }
    if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
    return value;
}

} // namespace hookcast::rtp
