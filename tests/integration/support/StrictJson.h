#pragma once

#include <string>
#include <string_view>

namespace hookcast::integration {

/// Why `text` is no JSON as RFC 8259 has it, strictly: valid UTF-8, no control characters in strings, no half
/// surrogates, no name twice in one object, nothing behind the value. Empty where it is. (Poco's parser takes much
/// more.)
std::string jsonFault(std::string_view text);

} // namespace hookcast::integration
