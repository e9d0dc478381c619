#pragma once

#include "base/Result.h"

#include <string>
#include <string_view>

namespace hookcast::base {

/// Text with its `%xx` replaced by the bytes they stand for (RFC 3986, 2.1); an error when one is broken.
Result<std::string> percentDecoded(std::string_view text);

/// `text` with all but letters, digits, `-._~` and what `kept` lists as `%XX` (RFC 3986, 2.3).
std::string percentEncoded(std::string_view text, std::string_view kept = {});

/// A path as URLs have it: its slashes stay, and letters, digits and `-._~`; each other byte is `%XX`.
std::string percentEncodedPath(std::string_view path);

} // namespace hookcast::base
