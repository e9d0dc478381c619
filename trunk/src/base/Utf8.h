#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hookcast::base {

/// How many bytes the character takes that `text` begins with; 0 when it begins with none: bytes that are no UTF-8,
/// overlong forms, surrogates and what lies beyond U+10FFFF (Unicode, table 3-7).
std::size_t utf8Length(std::string_view text);

/// `text` with every byte that is no UTF-8 replaced by U+FFFD. Valid text stays as it is, byte for byte.
std::string toValidUtf8(std::string_view text);

/// The first `maxCharacters` characters of `text` that are fit to be shown: without control characters and bytes that
/// are no UTF-8.
std::string toPlainText(std::string_view text, std::size_t maxCharacters);

} // namespace hookcast::base
