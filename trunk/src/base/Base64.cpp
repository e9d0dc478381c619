#include "base/Base64.h"

#include <cstddef>
#include <cstdint>

namespace hookcast::base {

namespace {

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

} // namespace

std::string toBase64(ByteSpan bytes) {
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

std::optional<Bytes> fromBase64(std::string_view text) {
    text = text.substr(0, text.find_last_not_of('=') + 1);
    Bytes bytes;
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

} // namespace hookcast::base
