#pragma once

#include "base/Bytes.h"

#include <optional>
#include <string>
#include <string_view>

namespace hookcast::rtp {

// Bytes written as text, as format parameters in SDP have them.

/// Hexadecimal, in capitals.
std::string toHex(base::ByteSpan bytes);

/// None when `text` holds anything else than pairs of hexadecimal digits.
std::optional<base::Bytes> fromHex(std::string_view text);

} // namespace hookcast::rtp
