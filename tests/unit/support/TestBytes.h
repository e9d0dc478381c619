#pragma once

#include "base/Bytes.h"
#include "base/Result.h"

#include <cctype>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace hookcast::support {

/// Bytes from hexadecimal digits; anything else between them is for the reader's eye.
inline base::Bytes hex(std::string_view text) {
    base::Bytes bytes;
    std::string digits;
    for (const char c : text) {
        if (std::isxdigit(static_cast<unsigned char>(c)) == 0) continue;
        digits.push_back(c);
        if (digits.size() < 2) continue;
        bytes.push_back(static_cast<std::uint8_t>(std::stoul(digits, nullptr, 16)));
        digits.clear();
    }
    return bytes;
}

inline base::Bytes join(std::initializer_list<base::Bytes> parts) {
    base::Bytes all;
    for (const base::Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
}

inline base::Bytes textBytes(std::string_view text) {
    const base::ByteSpan bytes = base::asBytes(text);
    return {bytes.begin(), bytes.end()};
}

/// Bytes that differ from their neighbours, so that a shifted or swapped run shows.
inline base::Bytes pattern(std::size_t size, std::uint32_t seed = 1) {
    base::Bytes bytes(size);
    for (std::uint8_t& byte : bytes) {
        seed = seed * 1664525U + 1013904223U;
        byte = static_cast<std::uint8_t>(seed >> 24U);
    }
    return bytes;
}

/// Empty when there is no error.
template <typename T>
std::string errorOf(const base::Result<T>& result) {
    return result.ok() ? std::string() : result.error().message;
}

} // namespace hookcast::support
