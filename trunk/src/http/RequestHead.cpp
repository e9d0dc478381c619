#include "http/RequestHead.h"

#include <algorithm>

namespace hookcast::http {

namespace {

constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

} // namespace

bool sameWord(std::string_view one, std::string_view other) {
    return std::ranges::equal(one, other, {}, lower, lower);
}

void RequestHead::set(std::string_view name, std::string_view value) {
    const auto found =
        std::ranges::find_if(fields_, [name](const Field& field) { return sameWord(field.first, name); });
    if (found == fields_.end())
        add(name, value);
    else
        found->second = value;
}

const std::string* RequestHead::find(std::string_view name) const {
    const auto found =
        std::ranges::find_if(fields_, [name](const Field& field) { return sameWord(field.first, name); });
    return found == fields_.end() ? nullptr : &found->second;
}

} // namespace hookcast::http
