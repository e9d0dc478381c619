#include "api-server/Wildcard.h"

#include <cstddef>

namespace hookcast::mock {

namespace {

std::size_t nextCharacter(std::string_view text, std::size_t at) {
    const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
    ++at;
    while (at < text.size() && continues(text[at])) ++at;
    return at;
}

} // namespace

bool matchesWildcard(std::string_view pattern, std::string_view text) {
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t lastStar = std::string_view::npos;
    std::size_t starEnd = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            lastStar = p++;
            starEnd = t;
        } else if (p < pattern.size() && pattern[p] == '?') {
            ++p;
            t = nextCharacter(text, t);
        } else if (p < pattern.size() && pattern[p] == text[t]) {
            ++p;
            ++t;
        } else if (lastStar != std::string_view::npos) {
            // Only the last star ever needs to take more: what an earlier one would take, it can take too.
            p = lastStar + 1;
            t = ++starEnd;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

} // namespace hookcast::mock
