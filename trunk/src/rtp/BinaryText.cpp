#include "rtp/BinaryText.h"

#include "rtp/Text.h"

#include <fmt/format.h>

#include <iterator>

namespace hookcast::rtp {

std::string toHex(base::ByteSpan bytes) {
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const std::uint8_t byte : bytes) fmt::format_to(std::back_inserter(text), "{:02X}", byte);
    return text;
}

std::optional<base::Bytes> fromHex(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    base::Bytes bytes;
    bytes.reserve(text.size() / 2);
    for (; !text.empty(); text.remove_prefix(2)) {
        const auto byte = parseNumber<std::uint8_t>(text.substr(0, 2), 16);
        if (!byte) return std::nullopt;
        bytes.push_back(*byte);
    }
    return bytes;
}

} // namespace hookcast::rtp
