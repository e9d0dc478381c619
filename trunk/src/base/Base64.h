#pragma once

#include "base/Bytes.h"

#include <optional>
#include <string>
#include <string_view>

namespace hookcast::base {

/// Base 64 (RFC 4648, section 4), on one line, with padding.
std::string toBase64(ByteSpan bytes);

/// None when `text` holds anything else than base 64; padding may be missing.
std::optional<Bytes> fromBase64(std::string_view text);

} // namespace hookcast::base
