#pragma once

#include <cstddef>
#include <string_view>
#include <utility>

namespace hookcast::base {

/// Whether `value` has a name among the enumerators of its type, as the compiler writes it: one without is a cast.
template <auto value>
consteval bool isEnumerator() {
    const std::string_view text = __PRETTY_FUNCTION__;
    const std::size_t begin = text.find("value = ");
    return begin != std::string_view::npos && text[begin + 8] != '(';
}

template <typename Enum, std::size_t... values>
consteval std::size_t countEnumerators(std::index_sequence<values...> /*all*/) {
    return (std::size_t{0} + ... + (isEnumerator<static_cast<Enum>(values)>() ? 1 : 0));
}

/// How many enumerators an enumeration has, of values below 64. So a table that must have a row for each of them does
/// not compile when one is added: static_assert(kRows.size() == enumSize<Kind>()).
template <typename Enum>
consteval std::size_t enumSize() {
    return countEnumerators<Enum>(std::make_index_sequence<64>());
}

} // namespace hookcast::base
