#pragma once

#include <algorithm>
#include <string_view>

namespace hookcast::http {

/// RFC 9110, 5.6.2: what methods, field names and the names of sub-protocols consist of.
constexpr bool isTokenChar(char c) {
    const bool isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool isDigit = c >= '0' && c <= '9';
    return isLetter || isDigit || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

constexpr bool isToken(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, isTokenChar);
}

} // namespace hookcast::http
