#include "config/Words.h"

namespace hookcast::config {

namespace {

constexpr std::string_view kEndsWord = " \t\r\n;{";
constexpr std::string_view kSpecialAtBegin = "\"'#}";

bool needsQuotes(std::string_view word) {
    return kSpecialAtBegin.find(word.front()) != std::string_view::npos ||
           word.find_first_of(kEndsWord) != std::string_view::npos;
}

bool holds(std::string_view word, char c) {
    return word.find(c) != std::string_view::npos;
}

} // namespace

bool isWritable(std::string_view word) {
    if (word.empty() || holds(word, '\0')) return false;
    return !needsQuotes(word) || !holds(word, '"') || !holds(word, '\'');
}

std::string written(std::string_view word) {
    if (!needsQuotes(word)) return std::string(word);
    const char quote = holds(word, '"') ? '\'' : '"';
    std::string text;
    text.push_back(quote);
    text += word;
    text.push_back(quote);
    return text;
}

} // namespace hookcast::config
