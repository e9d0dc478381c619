#include "base/Utf8.h"

#include <algorithm>
#include <cstdint>

namespace hookcast::base {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// What a lead byte announces: the length, and the range of the second byte. All later bytes are 80..BF.
struct Form {
    std::size_t length = 0;
    std::uint8_t secondLeast = 0x80;
    std::uint8_t secondMost = 0xBF;
};

Form formOf(std::uint8_t lead) {
    if (lead < 0x80) return {1};
    if (lead < 0xC2) return {};
    if (lead < 0xE0) return {2};
    if (lead == 0xE0) return {3, 0xA0, 0xBF};
    if (lead == 0xED) return {3, 0x80, 0x9F};
    if (lead < 0xF0) return {3};
    if (lead == 0xF0) return {4, 0x90, 0xBF};
    if (lead < 0xF4) return {4};
    if (lead == 0xF4) return {4, 0x80, 0x8F};
    return {};
}

} // namespace

std::size_t utf8Length(std::string_view text) {
    if (text.empty()) return 0;
    const auto byteAt = [text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const Form form = formOf(byteAt(0));
    if (form.length > text.size()) return 0;
    if (form.length > 1 && (byteAt(1) < form.secondLeast || byteAt(1) > form.secondMost)) return 0;
    for (std::size_t i = 2; i < form.length; ++i) {
        if ((byteAt(i) & 0xC0U) != 0x80) return 0;
    }
    return form.length;
}

std::string toValidUtf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const std::size_t length = utf8Length(text);
        out += length > 0 ? text.substr(0, length) : kReplacement;
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return out;
}

} // namespace hookcast::base
