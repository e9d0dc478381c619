#include "rtp/BinaryText.h"

#include "rtp/Text.h"

#include <fmt/format.h>

#include <iterator>

namespace hookcast::rtp {

namespace {

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

} // namespace

std::string toBase64(base::ByteSpan bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    std::uint32_t bits = 0;
    unsigned bitCount = 0;
    for (const std::uint8_t byte : bytes) {
        bits = (bits << 8U) | byte;
        bitCount += 8;
        while (bitCount >= 6) {
            bitCount -= 6;
            text.push_back(kBase64[(bits >> bitCount) & 0x3FU]);
        }
    }
    if (bitCount > 0) text.push_back(kBase64[(bits << (6 - bitCount)) & 0x3FU]);
    while (text.size() % 4 != 0) text.push_back('=');
    return text;
}

std::optional<base::Bytes> fromBase64(std::string_view text) {
    text = text.substr(0, text.find_last_not_of('=') + 1);
    base::Bytes bytes;
    bytes.reserve(text.size() * 3 / 4);
    std::uint32_t bits = 0;
    unsigned bitCount = 0;
    for (const char c : text) {
        const std::size_t digit = kBase64.find(c);
        if (digit == std::string_view::npos) return std::nullopt;
        bits = (bits << 6U) | static_cast<std::uint32_t>(digit);
        bitCount += 6;
        if (bitCount < 8) continue;
        bitCount -= 8;
        bytes.push_back(static_cast<std::uint8_t>(bits >> bitCount));
    }
    return bytes;
}

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
