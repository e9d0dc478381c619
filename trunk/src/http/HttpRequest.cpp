#include "http/HttpRequest.h"

#include <algorithm>

namespace hookcast::http {

namespace {

constexpr std::string_view kBlanks = " \t";

std::string_view trimmed(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

} // namespace

bool HttpRequest::fieldHas(std::string_view name, std::string_view word) const {
    for (const auto& [itsName, value] : head) {
        if (!sameWord(itsName, name)) continue;
        std::string_view list = value;
        while (!list.empty()) {
            const std::size_t comma = std::min(list.find(','), list.size());
            if (sameWord(trimmed(list.substr(0, comma)), word)) return true;
            list.remove_prefix(std::min(comma + 1, list.size()));
        }
    }
    return false;
}

bool HttpRequest::wantsKeepAlive() const {
    if (head.version() == RequestHead::kHttp10) return fieldHas("Connection", "keep-alive");
    return !fieldHas("Connection", "close");
}

} // namespace hookcast::http
