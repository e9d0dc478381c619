#pragma once

#include "base/Result.h"

#include <Poco/Dynamic/Var.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace hookcast::mock {

/// Deeper documents are refused: printing and freeing a document recurses, on the small stacks of the server's threads.
inline constexpr std::size_t kMaxJsonDepth = 32;

/// Any bytes as UTF-8: what is not valid becomes U+FFFD.
struct Utf8Text {
    std::string text;
    bool wasValid = true;
};
Utf8Text toUtf8(std::string_view bytes);

/// An object or an array, with the fields in the order of the text; of a name given twice the last value counts.
/// Errors: everything else; a NUL in a field's name; a number beyond 64 bits or the range of a double (Poco's limits).
base::Result<Poco::Dynamic::Var> parseJson(const std::string& text);

/// The document on one line.
std::string compactJson(const Poco::Dynamic::Var& document);

/// A value as text: a string as it is, a number, true, false and null as JSON writes them, the rest as JSON.
std::string valueText(const Poco::Dynamic::Var& value);

} // namespace hookcast::mock
