#include "base/PercentEncoding.h"

#include <charconv>
#include <system_error>

namespace hookcast::base {

Result<std::string> percentDecoded(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded.push_back(text[i]);
            continue;
        }
        unsigned value = 0;
        const std::string_view digits = text.substr(i + 1, 2);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
        if (error != std::errc() || digits.size() != 2 || end != digits.data() + 2)
            return Error{"a broken percent-encoding in the path"};
        decoded.push_back(static_cast<char>(value));
        i += 2;
    }
    return decoded;
}

std::string percentEncoded(std::string_view text, std::string_view kept) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    const auto isKept = [kept](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               std::string_view("-._~").find(c) != std::string_view::npos || kept.find(c) != std::string_view::npos;
    };
    std::string encoded;
    encoded.reserve(text.size());
    for (const char c : text) {
        if (isKept(c)) {
            encoded.push_back(c);
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        encoded.push_back('%');
        encoded.push_back(kDigits[byte >> 4U]);
        encoded.push_back(kDigits[byte & 0x0FU]);
    }
    return encoded;
}

std::string percentEncodedPath(std::string_view path) {
    return percentEncoded(path, "/");
}

} // namespace hookcast::base
