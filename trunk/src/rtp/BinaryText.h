#pragma once

#include "base/Bytes.h"

#include <optional>
#include <string>
#include <string_view>

namespace hookcast::rtp {

// Bytes written as text, as format parameters in SDP have them.

/// Base 64 (RFC 4648, section 4), with padding.
std::string toBase64(base::ByteSpan bytes);

/// None when `text` holds anything else than base 64; padding may be missing.
std::optional<base::Bytes> fromBase64(std::string_view text);

/// Hexadecimal, in capitals.
std::string toHex(base::ByteSpan bytes);

/// None when `text` holds anything else than pairs of hexadecimal digits.
std::optional<base::Bytes> fromHex(std::string_view text);

} // namespace hookcast::rtp
