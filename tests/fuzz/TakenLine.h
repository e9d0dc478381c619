#pragma once

#include <string_view>

namespace hookcast::fuzz {

/// The first line of `text`, which loses it.
inline std::string_view takeLine(std::string_view& text) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return line;
}

} // namespace hookcast::fuzz
