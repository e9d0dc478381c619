#pragma once

#include "base/Result.h"

#include <string>
#include <string_view>

namespace hookcast::base {

/// Text with its `%xx` replaced by the bytes they stand for (RFC 3986, 2.1); an error when one is broken.
Result<std::string> percentDecoded(std::string_view text);

} // namespace hookcast::base
