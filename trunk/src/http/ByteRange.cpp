#include "http/ByteRange.h"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace hookcast::http {

namespace {

/// A number of digits alone; nothing when it is none or too large.
std::optional<std::uint64_t> readNumber(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

ByteRange part(std::uint64_t first, std::uint64_t last, std::uint64_t fileBytes) {
    if (first >= fileBytes) return {0, 0, true, true};
    return {first, std::min(last, fileBytes - 1) - first + 1, true, false};
}

} // namespace

ByteRange readRange(std::string_view field, std::uint64_t fileBytes) {
    const ByteRange whole{0, fileBytes, false, false};
    constexpr std::string_view kUnit = "bytes=";
    if (!field.starts_with(kUnit)) return whole;
    field.remove_prefix(kUnit.size());
    const std::size_t dash = field.find('-');
    if (dash == std::string_view::npos) return whole;
    const std::string_view before = field.substr(0, dash);
    const std::string_view behind = field.substr(dash + 1);
    const auto first = readNumber(before);
    const auto last = readNumber(behind);
    if (before.empty()) {
        if (!last) return whole;
        if (*last == 0) return {0, 0, true, true};
        return part(fileBytes - std::min(*last, fileBytes), fileBytes, fileBytes);
    }
    if (!first || (!last && !behind.empty()) || (last && *last < *first)) return whole;
    return part(*first, last.value_or(fileBytes), fileBytes);
}

} // namespace hookcast::http
