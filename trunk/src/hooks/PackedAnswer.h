#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hookcast::hooks {

/// How an answer's body is packed (RFC 9110, section 8.4.1).
enum class AnswerCoding : std::uint8_t { None, Gzip, Deflate, Unknown };

enum class Unpacking : std::uint8_t {
    Done,
    TooLong,
    Broken, ///< cut, damaged, with something behind its end, or of an unknown coding
};

/// Unpacks `body` where it is. No more than `mostBytes` are made of it. It is whole only when its end is there, with
/// the right sum: what has been unpacked up to a cut may well read as another answer. Throws std::bad_alloc.
Unpacking unpack(AnswerCoding coding, std::string& body, std::size_t mostBytes);

} // namespace hookcast::hooks
