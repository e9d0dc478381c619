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

} // namespace hookcast::base
