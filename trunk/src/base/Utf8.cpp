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

/// C0, DEL, C1, and what ends a line or turns its direction (U+2028 to U+202E, U+2066 to U+2069).
bool isControl(std::string_view character) {
    const auto byteAt = [character](std::size_t i) { return static_cast<std::uint8_t>(character[i]); };
    if (character.size() == 1) return byteAt(0) < 0x20 || byteAt(0) == 0x7F;
    if (character.size() == 2) return byteAt(0) == 0xC2 && byteAt(1) < 0xA0;
    if (byteAt(0) != 0xE2) return false;
    return (byteAt(1) == 0x80 && byteAt(2) >= 0xA8 && byteAt(2) <= 0xAE) ||
           (byteAt(1) == 0x81 && byteAt(2) >= 0xA6 && byteAt(2) <= 0xA9);
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

std::string toPlainText(std::string_view text, std::size_t maxCharacters) {
    std::string out;
    for (std::size_t characters = 0; !text.empty() && characters < maxCharacters;) {
        const std::size_t length = utf8Length(text);
        const std::string_view character = text.substr(0, std::max<std::size_t>(length, 1));
        text.remove_prefix(character.size());
        if (length == 0 || isControl(character)) continue;
        out += character;
        ++characters;
    }
    return out;
}

} // namespace hookcast::base
