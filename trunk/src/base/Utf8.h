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

/// Whether `character`, one of UTF-8, is a control character (C0, DEL, C1) or steers what stands around it: U+2028 and
/// U+2029 end a line to some readers, U+202A to U+202E and U+2066 to U+2069 turn its direction.
bool isControl(std::string_view character);

/// Whether nothing is to be seen of `character`, one of UTF-8, wherever it stands: the soft hyphen, marks of direction,
/// U+200B, U+2060 to U+206F, U+FEFF and their like. Not U+200C and U+200D, without which words of some scripts and some
/// emoji look otherwise.
bool isInvisible(std::string_view character);

/// The first `maxCharacters` characters of `text` that are fit to be shown: without control characters and bytes that
/// are no UTF-8.
std::string toPlainText(std::string_view text, std::size_t maxCharacters);

} // namespace hookcast::base
