#include "base/Utf8.h"

#include <algorithm>
#include <array>
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

char32_t codePointOf(std::string_view character) {
    const auto byteAt = [character](std::size_t i) { return static_cast<std::uint8_t>(character[i]); };
    if (character.size() == 1) return byteAt(0);
    char32_t point = byteAt(0) & (0x7FU >> character.size());
    for (std::size_t i = 1; i < character.size(); ++i) point = (point << 6U) | (byteAt(i) & 0x3FU);
    return point;
}

struct Range {
    char32_t first;
    char32_t last;
};

constexpr std::array<Range, 4> kControls = {{{0, 0x1F}, {0x7F, 0x9F}, {0x2028, 0x202E}, {0x2066, 0x2069}}};

/// Of the plane 0, what Unicode calls format characters, but for those that are seen, and those of kControls.
constexpr std::array<Range, 8> kInvisibles = {{{0xAD, 0xAD},
                                               {0x61C, 0x61C},
                                               {0x180E, 0x180E},
                                               {0x200B, 0x200B},
                                               {0x200E, 0x200F},
                                               {0x2060, 0x206F},
                                               {0xFEFF, 0xFEFF},
                                               {0xFFF9, 0xFFFB}}};

template <std::size_t kCount>
bool isIn(const std::array<Range, kCount>& ranges, std::string_view character) {
    if (character.empty()) return false;
    const char32_t point = codePointOf(character);
    return std::ranges::any_of(ranges, [point](Range range) { return point >= range.first && point <= range.last; });
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

bool isControl(std::string_view character) {
    return isIn(kControls, character);
}

bool isInvisible(std::string_view character) {
    return isIn(kInvisibles, character);
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
